// Writes the programs of list files below a folder, bundles each with esbuild, runs the bundle
// with stubbed browser globals, and prints what it requested:
// `node programs.mjs FOLDER LIST...` gives `[{ group, name, line, dir, ..., runs: [...] }]`.
// The format of the list files is in README.md beside this file.
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import * as esbuild from 'esbuild';
import { environmentOf } from './environment.mjs';
import { PAGES, combinations, makeWindow, place, run } from './window.mjs';

const here = import.meta.dirname;
/** `code // <- pattern, pattern`: the endpoints that stand on a line. */
const MARK = /\/\/ <- (.+)$/;

function casesOf(file) {
  const cases = [];
  let current = null;
  let source = null;
  fs.readFileSync(file, 'utf8').replace(/\n$/, '').split('\n').forEach((text, index) => {
    const head = /^\/\/\/\/ (.+)$/.exec(text);
    const name = /^\/\/ file: (\S+)$/.exec(text);
    if (head) {
      current = { group: path.basename(file, '.txt'), name: head[1].trim(), line: index + 1,
        given: [], build: [], links: [], flags: [], allow: [], miss: [], marks: [],
        env: null, response: null, hole: null, none: false, throws: false };
      current.files = new Map();
      cases.push(current);
      source = null;
    } else if (name) {
      source = [];
      current.files.set(name[1], source);
    } else if (source) {
      source.push(text);
      const mark = MARK.exec(text);
      const at = `${[...current.files.keys()].pop()}:${source.length}`;
      for (const pattern of mark?.[1].split(', ') ?? []) current.marks.push(`${at} ${pattern}`);
    } else if (current && text) {
      header(current, text);
    }
  });
  return cases;
}

function header(test, text) {
  const found = /^\/\/ (\w+):? ?(.*)$/.exec(text);
  const [, what, rest] = found ?? [];
  const pair = () => /^(\S+) (?:=|->) (.+)$/.exec(rest).slice(1);
  switch (what) {
    case 'given': {
      const [name, values] = pair();
      test.given.push({ name, values });
      break;
    }
    case 'build': test.build.push(pair()); break;
    case 'link': test.links.push(pair()); break;
    case 'flags': test.flags.push(...rest.split(' ')); break;
    case 'allow': case 'miss': test[what].push(rest); break;
    case 'env': case 'response': case 'hole': test[what] = rest; break;
    case 'none': case 'throws': test[what] = true; break;
    default: throw new Error(`${test.group}: ${test.name}: what is \`${text}\`?`);
  }
}

function write(test, dir) {
  for (const [name, lines] of test.files) {
    const file = path.join(dir, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, lines.join('\n') + '\n');
  }
  for (const [from, to] of test.links) {
    const link = path.join(dir, from);
    fs.mkdirSync(path.dirname(link), { recursive: true });
    fs.symlinkSync(path.relative(path.dirname(link), path.join(dir, to)), link);
  }
}

/** The constants that a build puts in: those of the environment, then those of the case. */
async function definesOf(test, dir) {
  const given = (root) => test.given.some(({ name }) => name.startsWith(root));
  const environment = await environmentOf(test.env, dir);
  const values = Object.fromEntries(test.build);
  const define = { 'import.meta.url': 'importMetaUrl' };
  for (const [root, global] of [['import.meta.env', 'importMetaEnv'], ['process.env', 'process.env']]) {
    const all = environment[root];
    if (given(global)) {
      if (root !== global) define[root] = global;
    } else {
      for (const [name, text] of test.build) {
        if (name.startsWith(`${root}.`)) all[name.slice(root.length + 1)] = JSON.parse(text);
      }
      define[root] = JSON.stringify(all);
    }
    for (const name of Object.keys(all)) define[`${root}.${name}`] = JSON.stringify(all[name]);
  }
  return { ...define, ...values };
}

async function bundled(test, dir) {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: dir,
    entryPoints: [test.files.keys().next().value],
    bundle: true, write: false, format: 'iife', platform: 'browser', target: 'es2022',
    logLevel: 'silent', loader: { '.js': 'jsx' },
    define: await definesOf(test, dir),
    // The libraries of this folder stand for those that the program has installed.
    nodePaths: [path.join(here, 'node_modules')],
  });
  return new vm.Script(outputFiles[0].text, { filename: `${test.name}.js` });
}

async function runOnce(test, script, page, given) {
  const made = makeWindow(page);
  const { window, calls } = made;
  window.importMetaUrl = new URL('/assets/app.js', page).href;
  if (test.response) window.responseData = vm.runInContext(`(${test.response})`, window);
  given.forEach((one) => place(window, one));
  const error = await run(made, () => { script.runInContext(window, { timeout: 5000 }); });
  return { page, calls, error };
}

async function executed(test, dir) {
  write(test, dir);
  const runs = [];
  try {
    const script = await bundled(test, dir);
    for (const page of PAGES) {
      for (const given of combinations(test.given)) {
        runs.push(await runOnce(test, script, page, given));
      }
    }
  } catch (error) {
    runs.push({ page: PAGES[0], calls: [], error: String(error.message ?? error) });
  }
  const { files, ...rest } = test;
  return { ...rest, dir, configured: files.has('connect-lint.toml'), runs };
}

const [folder, ...lists] = process.argv.slice(2);
const out = [];
for (const test of lists.flatMap(casesOf)) {
  out.push(await executed(test, path.join(folder, String(out.length))));
}
process.stdout.write(JSON.stringify(out));
