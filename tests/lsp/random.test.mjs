// Files of a small project are written, removed, opened, typed into, saved and closed at random;
// after each step the server shows what `connect-lint check` says of the project.
// RANDOM_PROJECTS and RANDOM_STEPS set how many are tried, and RANDOM_SEED the first one.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CHANGED, CREATED, Client, DELETED, binary, project, told } from './client.mjs';

const number = (name, otherwise) => Number(process.env[name] ?? otherwise);
const first = number('RANDOM_SEED', 1);
const projects = number('RANDOM_PROJECTS', 8);
const steps = number('RANDOM_STEPS', 40);

/** How many of the last edits a failure tells. */
const TOLD = 14;

/** Numbers that look random, always the same for a seed. */
class Dice {
  #state;

  constructor(seed) {
    this.#state = (seed * 7919) & 0x7fffffff;
  }

  below(end) {
    this.#state = (Math.imul(this.#state, 1103515245) + 12345) & 0x7fffffff;
    // The low bits repeat soon.
    return (this.#state >> 8) % end;
  }

  one(of) {
    return of[this.below(of.length)];
  }

  /** So often in a hundred. */
  chance(percent) {
    return this.below(100) < percent;
  }
}

const urls = ['https://api.test/x', '/own', 'wss://ws.test', 'https://b.test/'];

/** The files that a project may have, each with how a text of it is made. */
const texts = {
  // Code that imports each other.
  'src/base.js': (dice) => `export const B = '${dice.one(urls)}';\n${dice.one(['', '// ü\n'])}`,
  'src/main.js': (dice) => `import { B } from '${dice.one(['./base.js', './other.js', '../lib/x.js', '@/base', './base'])}';
fetch(B);
${dice.one(['', '// connect-lint-ignore-next-line blocked -- x\n'])}fetch('${dice.one(urls)}');
`,
  'src/other.ts': (dice) => `export const B = '${dice.one(urls)}';\nfetch(import.meta.env.VITE_API + '/q');\n`,
  'lib/x.js': (dice) => `export * from '../src/base.js';\n/* 😀 */ new WebSocket('${dice.one(urls)}');\n`,
  // Pages.
  'index.html': (dice) => `<!doctype html>${dice.one(['', meta(dice)])}
<script type="module" src="${dice.one(['src/main.js', 'lib/x.js'])}"></script>
<script>fetch('${dice.one(urls)}')</script>
`,
  'sub/page.html': (dice) =>
    `<!doctype html><script src="../src/main.js" type="module"></script><a ping="${dice.one(urls)}" href="/">x</a>\n`,
  // Where policies stand.
  'public/_headers': (dice) => headers(`connect-src ${dice.one(["'self'", "'self' https://api.test", 'https://unused.test'])}`),
  '_headers': (dice) => headers(`default-src 'self'${dice.one(['', '; connect-src https://api.test'])}`),
  'vercel.json': (dice) => {
    const header = { key: 'Content-Security-Policy', value: `connect-src ${dice.one(["'self'", 'https://b.test'])}` };
    return JSON.stringify({ headers: [{ source: '/(.*)', headers: [header] }] });
  },
  'nginx.conf': (dice) => `http { server { root html; include inc/${dice.one(['a', 'b'])}.inc; } }\n`,
  'inc/a.inc': (dice) => nginx(dice.one(["'self'", "'none'", 'https://b.test'])),
  'inc/b.inc': (dice) => nginx(dice.one(["'self'", 'https://api.test'])),
  'inc/p.txt': (dice) => `connect-src ${dice.one(["'self'", 'https://b.test', "'none'"])}\n`,
  // What says how all is read; the last one is no configuration.
  'connect-lint.toml': (dice) =>
    dice.one([
      '',
      'policy = "connect-src \'self\'"\n',
      'policy-file = "inc/p.txt"\n',
      'page-url = "https://api.test/"\n',
      'policy-from = ["public/_headers"]\n',
      'exclude = ["lib"]\n',
      '[severity]\nblocked = "warning"\n',
      'polcy = 1\n',
    ]),
  'package.json': (dice) => dice.one(['{}', '{"devDependencies":{"vite":"7"}}']),
  '.env': (dice) => `VITE_API=${dice.one(urls)}\n`,
  'tsconfig.json': (dice) =>
    dice.one([
      '{}',
      '{"compilerOptions":{"allowJs":true,"paths":{"@/*":["./src/*"]}}}',
      '{"compilerOptions":{"allowJs":true,"baseUrl":".","paths":{"@/*":["./lib/*"]}}}',
    ]),
  '.gitignore': (dice) => dice.one(['', 'lib\n', 'src/other.ts\n']),
};
const names = Object.keys(texts);

const headers = (policy) => `/*\n  Content-Security-Policy: ${policy}\n`;
const nginx = (sources) => `add_header Content-Security-Policy "connect-src ${sources}";\n`;
const meta = (dice) =>
  `<meta http-equiv="Content-Security-Policy" content="connect-src ${dice.one(["'self'", "'none'", 'https://b.test'])}">`;

/** Whether a file is always there: nginx.conf fails a run without what it includes. */
const stays = (name) => name.endsWith('.inc');

/** The files of a project at its beginning. */
function beginning(dice) {
  const there = names.filter((name) => stays(name) || dice.chance(67));
  return Object.fromEntries(there.map((name) => [name, texts[name](dice)]));
}

/** An editor in which a project is open, and what has been done to both. */
class Editor {
  /** The open documents by name: their versions and texts, and whether they are to be saved. */
  open = new Map();
  /** Files that are others on disk, which the server is not told yet. */
  events = [];
  /** What has been done. */
  story = [];
  #resultIds = new Map();

  constructor(dice, files, client, pulls) {
    Object.assign(this, { dice, files, client, pulls });
  }

  static async start(test, dice) {
    const files = project(test, beginning(dice));
    const pulls = dice.chance(33);
    const change = (able) => {
      // `check` counts characters.
      able.general.positionEncodings = ['utf-32'];
      if (pulls) able.textDocument.diagnostic = {};
    };
    const client = await Client.start(test, { folders: [files], change });
    return new Editor(dice, files, client, pulls);
  }

  /** Makes an edit, if the one that chance wants is possible. */
  async edit() {
    const name = this.dice.one(names);
    const isThere = existsSync(this.files.path(name));
    const isOpen = this.open.has(name);
    switch (this.dice.below(7)) {
      case 0:
      case 1:
        return this.write(name);
      case 2:
        return isThere && !stays(name) && this.remove(name);
      case 3:
        return isThere && !isOpen && this.show(name, readFileSync(this.files.path(name), 'utf8'));
      case 4:
        return isOpen && this.close(name);
      case 5:
        return isOpen && this.type(name);
      default:
        return !isThere && !isOpen && this.create(name);
    }
  }

  /** A file is written; what is open is what is written. */
  async write(name) {
    const text = texts[name](this.dice);
    if (this.open.has(name)) await this.#changeTo(name, text, { text });
    this.#save(name, text);
    this.story.push(`write ${name}`);
  }

  async remove(name) {
    if (this.open.has(name)) await this.close(name);
    rmSync(this.files.path(name));
    this.events.push({ uri: this.files.uri(name), type: DELETED });
    this.story.push(`remove ${name}`);
  }

  async show(name, text) {
    this.open.set(name, { version: 1, text, isDirty: false });
    await this.client.open(this.files.uri(name), text);
    this.story.push(`open ${name}`);
  }

  /** A document is closed; what was typed and not saved is lost. */
  async close(name) {
    this.open.delete(name);
    await this.client.notify('textDocument/didClose', { textDocument: { uri: this.files.uri(name) } });
    this.story.push(`close ${name}`);
  }

  /** All is typed anew, to be saved at the end of the step. */
  async type(name) {
    const text = texts[name](this.dice);
    const range = { start: { line: 0, character: 0 }, end: { line: 9999, character: 0 } };
    await this.#changeTo(name, text, { range, text });
    this.open.get(name).isDirty = true;
    this.story.push(`type ${name}`);
  }

  /** A document that is no file yet, and becomes one. */
  async create(name) {
    const text = texts[name](this.dice);
    await this.show(name, text);
    if (this.dice.chance(50)) await pause(this.dice.below(20));
    this.#save(name, text);
    this.story.push(`save ${name}, which is new`);
  }

  async #changeTo(name, text, change) {
    const document = this.open.get(name);
    document.version += 1;
    document.text = text;
    document.isDirty = false;
    await this.client.change(this.files.uri(name), document.version, change);
  }

  #save(name, text) {
    const type = existsSync(this.files.path(name)) ? CHANGED : CREATED;
    this.files.write(name, text);
    this.events.push({ uri: this.files.uri(name), type });
  }

  saveAll() {
    for (const [name, document] of this.open) {
      if (!document.isDirty) continue;
      this.#save(name, document.text);
      document.isDirty = false;
      this.story.push(`save ${name}`);
    }
  }

  /** Tells which files are others on disk. */
  async tell() {
    const changes = this.events.splice(0);
    if (changes.length > 0) await told(this.client, ...changes);
  }

  /** Waits for what the server says now: it answers when all that it was told of counts. */
  async settle() {
    const previousResultIds = [...this.#resultIds].map(([uri, value]) => ({ uri, value }));
    const { items } = await this.client.request('workspace/diagnostic', { previousResultIds });
    this.#resultIds = new Map(items.map(({ uri, resultId }) => [uri, resultId]));
    if (!this.pulls) return;
    for (const { kind, uri, items: diagnostics } of items) {
      if (kind === 'full') this.client.diagnostics.set(uri, { uri, diagnostics });
    }
  }

  /** What is shown, sorted. */
  shown() {
    const line = (uri, { range: { start }, code, message }) => {
      const name = relative(this.files.folder, fileURLToPath(uri));
      return `${name}:${start.line + 1}:${start.character + 1} ${code} ${message.split('\nhelp:')[0]}`;
    };
    const all = [...this.client.diagnostics.values()];
    return all.flatMap(({ uri, diagnostics }) => diagnostics.map((one) => line(uri, one))).sort();
  }

  /** What `connect-lint check` says, likewise; nothing if it fails. */
  checked() {
    const { stdout, status } = spawnSync(binary, ['check', '--format', 'json'], {
      cwd: this.files.folder,
      encoding: 'utf8',
    });
    if (status === 2) return undefined;
    // What is at no place, or only a note, no editor shows.
    const shown = JSON.parse(stdout).diagnostics.filter(({ severity, file }) => severity !== 'info' && file);
    return shown.map(({ file, line, column, code, message }) => `${file}:${line}:${column} ${code} ${message}`).sort();
  }
}

/** Some edits, and what becomes of them. */
async function step(editor) {
  const { dice } = editor;
  for (let edits = 1 + dice.below(3); edits > 0; edits--) await editor.edit();
  // A run may begin, or end, before anything is saved.
  if (dice.chance(25)) await pause(dice.below(30));
  editor.saveAll();
  await editor.tell();
  await editor.settle();
}

/** The lines that only one of them has. */
function difference(shown, checked) {
  const less = (all, others) => others.reduce((left, one) => left.toSpliced(left.indexOf(one), left.includes(one)), all);
  const only = (all, others, mark) => less(all, others).map((line) => `${mark} ${line}`);
  return ['- check', '+ shown', ...only(checked, shown, '-'), ...only(shown, checked, '+')].join('\n');
}

for (let seed = first; seed < first + projects; seed++) {
  test(`edits at random come to what \`check\` says, seed ${seed}`, async (t) => {
    const editor = await Editor.start(t, new Dice(seed));
    for (let count = 1; count <= steps; count++) {
      editor.story.push(`step ${count}`);
      await step(editor);
      const checked = editor.checked();
      if (!checked) continue;
      const shown = editor.shown();
      if (shown.join('\n') === checked.join('\n')) continue;
      const last = editor.story.slice(-TOLD).join('\n  ');
      const how = editor.pulls ? 'pulls' : 'is told';
      const open = [...editor.open.keys()].join(', ');
      assert.fail(`seed ${seed}, step ${count} (the editor ${how})\n  ${last}\nopen: ${open}\n${difference(shown, checked)}`);
    }
  });
}
