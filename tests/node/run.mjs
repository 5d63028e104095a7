// Runs the cases of the list files given as arguments with stubbed browser globals, and prints
// what each of them requested: `[{ file, name, line, source, ..., runs: [...] }]`.
// The format of the list files is in README.md beside this file.
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { PAGES, combinations, makeWindow, place, run } from './window.mjs';

/** Splits a list file into its cases. */
function casesOf(file) {
  const cases = [];
  let current = null;
  fs.readFileSync(file, 'utf8').split('\n').forEach((text, index) => {
    const head = /^\/\/\/\/ (.+)$/.exec(text);
    if (head) {
      current = { file: path.basename(file), name: head[1].trim(), line: index + 1, source: '',
        given: [], module: false, hole: null, none: false, throws: false, allow: [] };
      cases.push(current);
    } else if (current) {
      header(current, text);
      current.source += text + '\n';
    }
  });
  return cases;
}

function header(test, text) {
  const found = /^\/\/ (given|module|hole|none|throws|allow):? ?(.*)$/.exec(text);
  if (!found) return;
  const [, what, rest] = found;
  if (what === 'given') {
    const [, name, values] = /^([\w.$]+) = (.+)$/.exec(rest);
    test.given.push({ name, values });
  } else if (what === 'allow') test.allow.push(rest);
  else if (what === 'hole') test.hole = rest;
  else test[what] = true;
}

async function runOnce(test, pageUrl, given) {
  const made = makeWindow(pageUrl);
  const { window, calls } = made;
  given.forEach((one) => place(window, one));
  const error = await run(made, async () => {
    const filename = `${test.name}.js`;
    if (test.module) {
      const module = new vm.SourceTextModule(test.source, {
        context: window, identifier: filename,
        initializeImportMeta: (meta) => {
          meta.url = new URL('/assets/app.js', pageUrl).href;
          meta.env = window.importMetaEnv ?? {};
        },
      });
      await module.link(async (specifier) => {
        const exported = window.modules?.[specifier] ?? {};
        const names = Object.keys(exported);
        const stub = new vm.SyntheticModule(names, function () {
          names.forEach((name) => this.setExport(name, exported[name]));
        }, { context: window });
        return stub;
      });
      await module.evaluate();
    } else {
      new vm.Script(test.source, { filename }).runInContext(window, { timeout: 2000 });
    }
  });
  return { page: pageUrl, calls, error };
}

const out = [];
for (const file of process.argv.slice(2)) {
  for (const test of casesOf(file)) {
    const runs = [];
    for (const pageUrl of PAGES) {
      for (const given of combinations(test.given)) runs.push(await runOnce(test, pageUrl, given));
    }
    out.push({ ...test, runs });
  }
}
process.stdout.write(JSON.stringify(out));
