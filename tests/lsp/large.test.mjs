import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, project } from './client.mjs';

const at = (line, character) => ({ line, character });
const config = 'policy = "connect-src \'self\'"\n';

/** How long something takes, in milliseconds. */
async function time(work) {
  const start = Date.now();
  await work();
  return Date.now() - start;
}

test('a line of a megabyte does not stop the server', async (t) => {
  const piece = (n) => `function f${n}(a){return fetch("https://h${n % 50}.test/p"+a)}var x${n}=[${'1,2,3,'.repeat(40)}'ü'];`;
  const text = Array.from({ length: 3000 }, (_, n) => piece(n)).join('');
  const files = project(t, { 'connect-lint.toml': config, 'big.js': text });
  const client = await Client.start(t, { folders: [files] });
  const uri = files.uri('big.js');
  await client.open(uri, text);
  const found = await client.of(uri, 1);
  assert.equal(found.length, 3000);
  const last = text.lastIndexOf('"https');
  assert.deepEqual(found.at(-1).range.start, at(0, last));
  const edit = { range: { start: at(0, last + 1), end: at(0, last + 1) }, text: '' };
  // Much more than it takes, much less than where each place is counted from the line's beginning.
  assert.ok((await time(async () => [await client.change(uri, 2, edit), await client.of(uri, 2)])) < 15_000);
  const textDocument = { uri };
  const range = { start: at(0, 0), end: at(0, text.length) };
  const context = { diagnostics: [], only: ['quickfix'] };
  const actions = () => client.request('textDocument/codeAction', { textDocument, range, context });
  assert.ok((await time(actions)) < 15_000);
});

test('fifty thousand lines, and many edits in one message', async (t) => {
  const line = (n) => (n % 10 ? `const v${n} = ${n}; // ü` : `fetch('https://h${n % 90}.test/x');`);
  const text = Array.from({ length: 50_000 }, (_, n) => line(n)).join('\r\n');
  const files = project(t, { 'connect-lint.toml': config, 'big.js': text });
  const client = await Client.start(t, { folders: [files] });
  const uri = files.uri('big.js');
  await client.open(uri, text);
  assert.equal((await client.of(uri, 1)).length, 5000);
  const edits = Array.from({ length: 100 }, (_, n) => ({
    range: { start: at(n, 0), end: at(n, 0) },
    text: '/**/',
  }));
  await client.change(uri, 2, ...edits);
  const found = await client.of(uri, 2);
  assert.equal(found.length, 5000);
  assert.deepEqual([found[9].range.start, found[10].range.start], [at(90, 10), at(100, 6)]);
  // From the last to the first, as editors send what a formatter does.
  const back = Array.from({ length: 5000 }, (_, n) => at(49_990 - n * 10, 0));
  await client.change(uri, 3, ...back.map((start) => ({ range: { start, end: start }, text: ' ' })));
  const again = await client.of(uri, 3);
  assert.deepEqual([again[9].range.start, again.at(-1).range.start], [at(90, 11), at(49_990, 7)]);
});
