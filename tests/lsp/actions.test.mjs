import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { CHANGED, Client, binary, edited, project, told } from './client.mjs';

/** Applies an edit of the workspace to files, and to what is open. */
async function apply(client, edit, open = new Map()) {
  const changes = edit.documentChanges
    ?? Object.entries(edit.changes).map(([uri, edits]) => ({ textDocument: { uri }, edits }));
  for (const { textDocument, edits } of changes) {
    const { uri } = textDocument;
    const path = fileURLToPath(uri);
    const known = open.get(uri);
    if (known) {
      assert.equal(textDocument.version, known.version);
      known.text = edited(known.text, edits);
      known.version += 1;
      writeFileSync(path, known.text);
      await client.change(uri, known.version, { text: known.text });
    } else {
      assert.equal(textDocument.version ?? null, null);
      writeFileSync(path, edited(readFileSync(path, 'utf8'), edits));
      await told(client, { uri, type: CHANGED });
    }
  }
}

/** What the command line says of a folder: the codes that it tells. */
function codes(files) {
  const { stdout } = spawnSync(binary, ['check', '--format', 'json'], { cwd: files.folder, encoding: 'utf8' });
  return JSON.parse(stdout).diagnostics.filter((one) => one.severity !== 'info').map((one) => one.code);
}

class Editor {
  open = new Map();
  static async start(test, given, options) {
    const editor = new Editor();
    editor.files = project(test, given);
    editor.client = await Client.start(test, { folders: [editor.files], ...options });
    return editor;
  }
  async edit(name, text) {
    const uri = this.files.uri(name);
    this.open.set(uri, { text: text ?? readFileSync(this.files.path(name), 'utf8'), version: 1 });
    await this.client.open(uri, this.open.get(uri).text);
    return uri;
  }
  actions(uri, line, only) {
    const range = { start: { line, character: 0 }, end: { line, character: 999 } };
    return this.client.request('textDocument/codeAction', {
      textDocument: { uri },
      range,
      context: { diagnostics: this.client.diagnostics.get(uri)?.diagnostics ?? [], only },
    });
  }
  async take(action) {
    const whole = action.edit ? action : await this.client.request('codeAction/resolve', action);
    await apply(this.client, whole.edit, this.open);
    return whole;
  }
}

const shop = {
  '_headers': "/*\n  Content-Security-Policy: connect-src 'self'\n",
  'index.html': '<!doctype html>\n<meta http-equiv="Content-Security-Policy" content="connect-src \'self\'">\n<script type="module" src="main.js"></script>\n',
  'main.js': "fetch('https://api.test/a');\nfetch('https://other.test/b');\n",
};

test('the source is added to each policy that blocks, where it stands', async (t) => {
  const editor = await Editor.start(t, shop);
  const uri = await editor.edit('main.js');
  await editor.client.of(uri, 1);
  const actions = await editor.actions(uri, 0, ['quickfix']);
  const titles = actions.map((action) => action.title);
  assert.deepEqual(titles, [
    'Add `https://api.test` to all 2 policies that block it',
    'Add `https://api.test` to `connect-src` in _headers:2',
    'Add `https://api.test` to `connect-src` in index.html:2',
    'Ignore `blocked` on this line, with a reason',
    'What `blocked` means',
  ]);
  assert.equal(actions[0].isPreferred, true);
  assert.equal(actions[0].diagnostics[0].code, 'blocked');
  await editor.take(actions[1]);
  assert.match(readFileSync(editor.files.path('_headers'), 'utf8'), /connect-src 'self' https:\/\/api\.test\n/);
  await editor.client.until(() => editor.client.codes(uri).length === 2);
  const [fixAll] = await editor.actions(uri, 9, ['source.fixAll']);
  assert.equal(fixAll.kind, 'source.fixAll.connect-lint');
  await editor.take(fixAll);
  assert.match(readFileSync(editor.files.path('index.html'), 'utf8'), /content="connect-src 'self' https:\/\/api\.test https:\/\/other\.test"/);
  await editor.client.once(uri, (all) => all.length === 0);
  assert.deepEqual(codes(editor.files), []);
  assert.deepEqual(await editor.actions(uri, 9, ['source.fixAll']), []);
});

test('a policy that is open and not saved is edited as it is', async (t) => {
  const editor = await Editor.start(t, { ...shop, 'index.html': '<script src="main.js"></script>' });
  const headers = await editor.edit('_headers', "# ü 😀\r\n/*\r\n  Content-Security-Policy: connect-src 'self' https://other.test\r\n");
  const uri = await editor.edit('main.js');
  await editor.client.of(uri, 1);
  const [add] = await editor.actions(uri, 0);
  await editor.take(add);
  assert.equal(
    editor.open.get(headers).text,
    "# ü 😀\r\n/*\r\n  Content-Security-Policy: connect-src 'self' https://other.test https://api.test\r\n",
  );
  await editor.client.once(uri, (all) => all.length === 0);
});

test('a client that wants all at once gets it, without versions where it knows none', async (t) => {
  const editor = await Editor.start(t, shop, {
    change: (able) => {
      delete able.textDocument.codeAction.resolveSupport;
      able.workspace.workspaceEdit.documentChanges = false;
    },
  });
  const uri = await editor.edit('main.js');
  await editor.client.of(uri, 1);
  const [all] = await editor.actions(uri, 0, ['quickfix']);
  assert.equal(Object.keys(all.edit.changes).length, 2);
  await apply(editor.client, all.edit);
  await editor.client.once(uri, (all) => all.length === 1);
});

test('what has changed since it was offered is not edited', async (t) => {
  const editor = await Editor.start(t, shop);
  const uri = await editor.edit('main.js');
  await editor.client.of(uri, 1);
  const [all] = await editor.actions(uri, 0);
  await editor.client.change(uri, 2, { text: "fetch('https://else.test/');\n" });
  await assert.rejects(editor.client.request('codeAction/resolve', all), (error) => error.code === -32801);
  await assert.rejects(editor.client.request('codeAction/resolve', { title: 'x', data: { offer: 999 } }));
  const plain = { title: 'x' };
  assert.deepEqual(await editor.client.request('codeAction/resolve', plain), plain);
});

test('what has changed on disk and was not told yet is not edited, and read again', async (t) => {
  const editor = await Editor.start(t, {
    'connect-lint.toml': 'policy-file = "sent.txt"\n',
    'sent.txt': "connect-src 'self'\n",
    'main.js': shop['main.js'],
  });
  const uri = await editor.edit('main.js');
  await editor.client.of(uri, 1);
  const [add] = await editor.actions(uri, 0, ['quickfix']);
  assert.match(add.title, /^Add .* in sent\.txt/);
  editor.files.write('sent.txt', "connect-src 'self' https://api.test\n");
  const refused = (error) => error.code === -32801 && /^sent\.txt has changed/.test(error.message);
  await assert.rejects(editor.client.request('codeAction/resolve', add), refused);
  await editor.client.once(uri, (all) => all.length === 1);
  const [other] = await editor.actions(uri, 1, ['quickfix']);
  await editor.take(other);
  assert.match(readFileSync(editor.files.path('sent.txt'), 'utf8'), /'self' https:\/\/api\.test https:\/\/other\.test\n/);
});

test('policies in the configuration, and in files that it names, are repaired there', async (t) => {
  const editor = await Editor.start(t, {
    'connect-lint.toml': `policy = """
  default-src 'self';
  connect-src 'self'
"""
policy-file = "sent.txt"

[[override]]
files = ["workers/**"]
policy = "connect-src 'self'"
`,
    'sent.txt': "connect-src 'self'\n",
    'main.js': "fetch('https://api.test/a');\n",
    'workers/w.js': "fetch('https://other.test/a');\n",
  });
  for (const name of ['main.js', 'workers/w.js']) {
    const uri = await editor.edit(name);
    await editor.client.once(uri, (all) => all.length > 0);
    for (;;) {
      const [add] = await editor.actions(uri, 0, ['quickfix']);
      if (!add?.title.startsWith('Add ')) break;
      await editor.take(add);
    }
    await editor.client.once(uri, (all) => all.length === 0);
  }
  const text = readFileSync(editor.files.path('connect-lint.toml'), 'utf8');
  assert.match(text, /\n {2}connect-src 'self' https:\/\/api\.test\n/);
  assert.match(text, /"connect-src 'self' https:\/\/other\.test"/);
  assert.match(readFileSync(editor.files.path('sent.txt'), 'utf8'), /'self' https:\/\/api\.test/);
  assert.deepEqual(codes(editor.files), []);
});

test('a comment with a reason is written as the place needs it', async (t) => {
  const editor = await Editor.start(t, {
    'connect-lint.toml': 'policy = "connect-src \'self\'"\n',
    'a.js': "export function load() {\r\n\tif (x) {\r\n\t\tfetch(\r\n\t\t\t'https://a.test/',\r\n\t\t);\r\n\t}\r\n}\r\n",
    'b.jsx': 'export const B = () => (\n  <div>\n    <a ping="https://b.test/">b</a>\n  </div>\n);\n',
    'c.html': '<!doctype html>\n<p>\n  <a href="/" ping="https://c.test/">c</a>\n<script>\n  fetch("https://d.test/");\n</script>\n',
  });
  const ignore = async (name, line) => {
    const uri = editor.files.uri(name);
    await editor.client.until(() => editor.client.codes(uri).length > 0);
    const action = (await editor.actions(uri, line)).find((one) => one.title.startsWith('Ignore'));
    await editor.take(action);
    return editor.open.get(uri).text;
  };
  await editor.edit('a.js');
  const a = await ignore('a.js', 3);
  assert.ok(a.includes('\r\n\t\t// connect-lint-ignore-next-line blocked -- TODO: say why\r\n\t\tfetch('), a);
  await editor.edit('b.jsx');
  const b = await ignore('b.jsx', 2);
  assert.ok(b.includes('    {/* connect-lint-ignore-next-line blocked -- TODO: say why */}\n    <a ping'), b);
  const c = await editor.edit('c.html');
  const page = await ignore('c.html', 2);
  assert.ok(page.includes('  <!-- connect-lint-ignore-next-line blocked -- TODO: say why -->\n  <a href'), page);
  await editor.client.once(c, (all) => all.length === 1);
  const script = await ignore('c.html', 5);
  assert.ok(script.includes('  // connect-lint-ignore-next-line blocked -- TODO: say why\n  fetch('), script);
  await editor.client.once(c, (all) => all.length === 0);
  assert.deepEqual(codes(editor.files), []);
});

test('where no comment can stand before the line, it is at the end, or before the tag', async (t) => {
  const cases = {
    'a.js': ["const a = 1; /* x\n*/ fetch('https://a.test/');\n", 1, /test\/'\); \/\/ connect-lint-ignore blocked -- TODO: say why\n$/],
    'b.js': ["const b = `\n${fetch('https://a.test/')}`;\n", 1, /`; \/\/ connect-lint-ignore blocked -- TODO: say why\n$/],
    'c.html': ["<!doctype html>\n  <a\n    ping='https://c.test/'\n  >x</a>\n", 2, /\n {2}<!-- connect-lint-ignore-next-line blocked -- TODO: say why -->\n {2}<a/],
    'd.html': ["<!doctype html><script>\n/* a\n*/ fetch('https://c.test/')</script>\n", 2, /<\/script> <!-- connect-lint-ignore blocked/],
    // The line before is a comment already.
    'e.js': ["// connect-lint-ignore-next-line report-only -- x\nfetch('https://a.test/');\n", 1, /-- x\n\/\/ connect-lint-ignore-next-line blocked/],
  };
  const texts = Object.entries(cases).map(([name, [text]]) => [name, text]);
  const editor = await Editor.start(t, { 'connect-lint.toml': 'policy = "connect-src \'self\'"\n', ...Object.fromEntries(texts) });
  for (const [name, [, line, wanted]] of Object.entries(cases)) {
    const uri = await editor.edit(name);
    await editor.client.of(uri, 1);
    const action = (await editor.actions(uri, line)).find((one) => one.title.startsWith('Ignore'));
    await editor.take(action);
    assert.match(editor.open.get(uri).text, wanted);
    const after = await editor.client.of(uri, 2);
    assert.ok(after.every((one) => one.code !== 'blocked'), name);
  }
});

test('a comment that silences nothing is taken away', async (t) => {
  const editor = await Editor.start(t, {
    'connect-lint.toml': 'policy = "connect-src \'self\'"\n',
    'a.js': "// connect-lint-ignore-next-line blocked -- long ago\nfetch('/a');\nfetch('/b'); // connect-lint-ignore -- x\n",
  });
  const uri = await editor.edit('a.js');
  const found = await editor.client.once(uri, (all) => all.length === 2);
  assert.deepEqual(found[0].tags, [1]);
  for (const line of [2, 0]) {
    const [remove] = await editor.actions(uri, line);
    assert.match(remove.title, /^Remove the comment/);
    await editor.take(remove);
    await editor.client.of(uri, editor.open.get(uri).version);
  }
  assert.equal(editor.open.get(uri).text, "fetch('/a');\nfetch('/b');\n");
  assert.deepEqual(editor.client.codes(uri), []);
});

test('a source that nothing uses is taken away', async (t) => {
  const editor = await Editor.start(t, {
    ...shop,
    '_headers': "/*\n  Content-Security-Policy: default-src 'self'; connect-src https://api.test https://unused.test https://other.test\n",
    'index.html': '<!doctype html>\n<script type="module" src="main.js"></script>\n',
  });
  const uri = await editor.edit('_headers');
  const found = await editor.client.once(uri, (all) => all.length === 1);
  assert.equal(found[0].code, 'unused-source');
  assert.deepEqual(found[0].tags, [1]);
  const [remove] = await editor.actions(uri, 1);
  assert.equal(remove.title, 'Remove `https://unused.test`, which nothing uses');
  await editor.take(remove);
  await editor.client.once(uri, (all) => all.length === 0);
  assert.deepEqual(codes(editor.files), []);
});
