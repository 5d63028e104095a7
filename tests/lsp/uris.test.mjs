import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, project } from './client.mjs';

const call = "fetch('https://api.test/');\n";
const config = 'policy = "connect-src \'self\'"\n';
const name = 'src/routes/(a)/+page.js';

/** As VS Code writes it: whatever may be escaped is. */
const escaped = (files) => files.uri(name).replace('(a)', '%28a%29').replace('+', '%2B');

const pulls = (able) => (able.textDocument.diagnostic = { dynamicRegistration: false });

test('a file is known however its name is escaped', async (t) => {
  const files = project(t, { 'connect-lint.toml': config, [name]: call });
  const client = await Client.start(t, { folders: [files], change: pulls });
  const all = (previousResultIds = []) => client.request('workspace/diagnostic', { previousResultIds });
  const uri = escaped(files);
  const one = await client.request('textDocument/diagnostic', { textDocument: { uri } });
  assert.deepEqual(one.items.map((item) => item.code), ['blocked']);
  const [{ resultId }] = (await all()).items;
  const again = await all([{ uri, value: resultId }]);
  assert.deepEqual(again.items.map((item) => [item.uri, item.kind]), [[uri, 'unchanged']]);
  await client.open(files.uri(name), '');
  const clean = await all([{ uri, value: resultId }]);
  assert.deepEqual(clean.items.map((item) => [item.uri, item.items]), [[uri, []]]);
});

test('a document can be named in two ways', async (t) => {
  const files = project(t, { 'connect-lint.toml': config, [name]: call });
  const client = await Client.start(t, { folders: [files] });
  await client.open(escaped(files), call);
  assert.equal((await client.of(escaped(files), 1)).length, 1);
  await client.change(files.uri(name), 2, { text: call + call });
  assert.equal((await client.of(escaped(files), 2)).length, 2);
  await client.notify('textDocument/didClose', { textDocument: { uri: files.uri(name) } });
  await client.once(files.uri(name), (all) => all.length === 1);
  assert.deepEqual(client.codes(escaped(files)), []);
});

test('letters that are not escaped are read', async (t) => {
  const files = project(t, { 'connect-lint.toml': config, 'ü {1}.js': call });
  const client = await Client.start(t, { folders: [files] });
  const raw = decodeURIComponent(files.uri('ü {1}.js'));
  await client.open(raw, call + call);
  await client.once(files.uri('ü {1}.js'), (all) => all.length === 2);
});

test('documents that are in no file are left alone', async (t) => {
  const files = project(t, { 'connect-lint.toml': config, 'a.js': call });
  const client = await Client.start(t, { folders: [files] });
  const odd = [
    'untitled:Untitled-1',
    'vscode-notebook-cell:/x/a.ipynb#W0',
    `git:${files.path('a.js')}?%7B%22ref%22%3A%22%22%7D`,
    'file:///c%3A/Users/x/a.js',
    'file://server/share/a.js',
    'http://a.test/x.js',
    'foo bar',
    'file:///a%zz.js',
  ];
  for (const uri of odd) {
    await client.open(uri, call);
    await client.change(uri, 2, { text: call + call });
    const params = { textDocument: { uri }, position: { line: 0, character: 7 } };
    const hover = await client.request('textDocument/hover', params).catch((error) => error.code);
    assert.ok([null, -32602].includes(hover), uri);
    await client.notify('textDocument/didClose', { textDocument: { uri } });
  }
  await client.once(files.uri('a.js'), (all) => all.length === 1);
  assert.deepEqual([...client.diagnostics.keys()], [files.uri('a.js')]);
  assert.equal(await client.stop(), 0);
});
