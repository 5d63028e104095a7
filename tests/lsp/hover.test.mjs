import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, project } from './client.mjs';

const at = (line, character) => ({ line, character });

const shop = (test) =>
  project(test, {
    'connect-lint.toml': 'page-url = "https://shop.test/"\n',
    'public/_headers': "/*\n  Content-Security-Policy: default-src 'self'; connect-src 'self' https://api.shop.test\n",
    'index.html': '<!doctype html><script type="module" src="src/main.js"></script>',
    'src/base.js': "export const BASE = 'https://api.shop.test';\n",
    'src/main.js': [
      "import { BASE } from './base.js';",
      'export function load(id) { return fetch(`${BASE}/tours/${id}`); }',
      "fetch('/own');",
      "fetch('https://other.test/*_<b>');",
      '',
    ].join('\n'),
  });

const open = async (test, name, options) => {
  const files = shop(test);
  const client = await Client.start(test, { folders: [files], ...options });
  const { readFileSync } = await import('node:fs');
  await client.open(files.uri(name), readFileSync(files.path(name), 'utf8'));
  const hover = (position) =>
    client.request('textDocument/hover', { textDocument: { uri: files.uri(name) }, position });
  return { files, client, hover };
};

test('a URL says what it can be, what each policy says, and where it comes from', async (t) => {
  const { hover, files } = await open(t, 'src/main.js');
  const first = await hover(at(1, 45));
  assert.equal(first.contents.kind, 'markdown');
  const text = first.contents.value;
  assert.match(text, /`fetch` to `https:\/\/api\.shop\.test\/tours\/\{id\}`: \*\*allowed\*\*/);
  assert.match(text, /source `https:\/\/api\.shop\.test`/);
  assert.match(text, /`\{id\}` is what the function is called with/);
  assert.ok(text.includes(`(<${files.uri('public/_headers')}#L2>)`), text);
  assert.ok(text.includes(`(<${files.uri('src/base.js')}#L1>)`), text);
  assert.deepEqual(first.range.start, at(1, 40));
  // On the call, what is shown is the call.
  const call = await hover(at(1, 37));
  assert.equal(call.contents.value, text);
  assert.deepEqual(call.range, { start: at(1, 34), end: at(1, 62) });
  const relative = await hover(at(2, 8));
  assert.match(relative.contents.value, /the URL is `https:\/\/shop\.test\/own`/);
  const blocked = await hover(at(3, 10));
  assert.match(blocked.contents.value, /\*\*blocked\*\*/);
  assert.match(blocked.contents.value, /`https:\/\/other\.test\/\*_<b>`/);
  assert.equal(await hover(at(4, 0)), null);
  assert.equal(await hover(at(99, 0)), null);
});

test('a client without Markdown gets plain text', async (t) => {
  const { hover } = await open(t, 'src/main.js', {
    change: (able) => delete able.textDocument.hover,
  });
  const { contents } = await hover(at(3, 10));
  assert.equal(contents.kind, 'plaintext');
  assert.ok(!contents.value.includes('**') && !contents.value.includes(']('), contents.value);
});

test('a source says what it lets through, a directive what it governs', async (t) => {
  const { hover, files } = await open(t, 'public/_headers');
  const line = "  Content-Security-Policy: default-src 'self'; connect-src 'self' https://api.shop.test";
  const on = async (word, from = 0) => (await hover(at(1, line.indexOf(word, from) + 1)))?.contents.value;
  const source = await on('https://api');
  assert.match(source, /lets 1 endpoint through/);
  assert.ok(source.includes(`(<${files.uri('src/main.js')}#L2>)`), source);
  assert.match(await on("'self'", 50), /lets 1 endpoint through/);
  assert.match(await on('connect-src'), /governs 3 endpoints: 1 blocked, 2 allowed/);
  assert.match(await on('default-src'), /says nothing of connections/);
  assert.match(await on("'self'"), /says nothing of connections/);
});

test('hints and lenses are there once they are wanted', async (t) => {
  const { client, files } = await open(t, 'src/main.js');
  const uri = files.uri('src/main.js');
  const range = { start: at(0, 0), end: at(9, 0) };
  const hints = () => client.request('textDocument/inlayHint', { textDocument: { uri }, range });
  const lenses = () => client.request('textDocument/codeLens', { textDocument: { uri } });
  assert.deepEqual(await hints(), []);
  assert.deepEqual(await lenses(), []);
  client.settings = { inlayHints: true, codeLens: true };
  await client.notify('workspace/didChangeConfiguration', { settings: null });
  await client.until(() => client.refreshes >= 0 && client.asked >= 2, 'the settings are asked for');
  const told = await hints();
  assert.deepEqual(told.map((hint) => hint.label), ['allowed', 'allowed', 'blocked']);
  assert.deepEqual(told[2].position, at(3, 32));
  const above = await lenses();
  assert.match(above[2].command.title, /^blocked: https:\/\/other\.test/);
  await client.request('workspace/executeCommand', above[2].command);
  await client.until(() => client.shownDocuments.length === 1);
  assert.match(client.shownDocuments[0].uri, /blocked/);
  assert.equal(client.shownDocuments[0].external, true);
  const unknown = { command: 'connect-lint.openExplanation', arguments: ['nonsense'] };
  await assert.rejects(client.request('workspace/executeCommand', unknown));
});
