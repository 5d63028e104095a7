import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, project } from './client.mjs';

const at = (line, character) => ({ line, character });

const units = {
  'utf-8': (text) => Buffer.byteLength(text),
  'utf-16': (text) => text.length,
  'utf-32': (text) => [...text].length,
};

for (const [encoding, measure] of Object.entries(units)) {
  test(`positions and edits in ${encoding}`, async (t) => {
    const files = project(t, { 'connect-lint.toml': 'policy = "connect-src \'self\'"\n', 'a.js': '' });
    const client = await Client.start(t, {
      folders: [files],
      change: (able) => (able.general.positionEncodings = [encoding]),
    });
    assert.equal(client.result.capabilities.positionEncoding, encoding);
    const uri = files.uri('a.js');
    const before = "/* ä日😀 */ fetch(";
    await client.open(uri, `// 😀\r\n${before}'https://ä😀.test/');\r// last`);
    const [found] = await client.of(uri, 1);
    const start = measure(before);
    assert.deepEqual(found.range, {
      start: at(1, start),
      end: at(1, start + measure("'https://ä😀.test/'")),
    });
    // Behind the last astral character, before the quote.
    const end = start + measure("'https://ä😀.test/");
    await client.change(uri, 2, { range: { start: at(1, end), end: at(1, end) }, text: 'x' });
    assert.match((await client.of(uri, 2))[0].message, /test\/x/);
    // Two edits in one message, the second in the text that the first made; CR ends a line too.
    await client.change(
      uri,
      3,
      { range: { start: at(0, 0), end: at(1, 0) }, text: '' },
      { range: { start: at(1, 0), end: at(1, 99) }, text: "fetch('https://b.test/')" },
    );
    const both = await client.of(uri, 3);
    assert.deepEqual(both.map((one) => one.range.start), [at(0, start), at(1, 6)]);
    // All of it.
    await client.change(uri, 4, { text: '' });
    assert.deepEqual(await client.of(uri, 4), []);
  });
}

test('bytes are preferred, UTF-16 is what all know', async (t) => {
  const of = async (positionEncodings) => {
    const client = await Client.start(t, { change: (able) => (able.general = { positionEncodings }) });
    return client.result.capabilities.positionEncoding;
  };
  assert.equal(await of(['utf-16', 'utf-32', 'utf-8']), 'utf-8');
  assert.equal(await of(['utf-32', 'utf-16']), 'utf-16');
  assert.equal(await of(['utf-32']), 'utf-32');
  assert.equal(await of(undefined), 'utf-16');
  assert.equal(await of(['unheard-of']), 'utf-16');
});

test('the declared encoding of a page is that of its file, not of the open text', async (t) => {
  const page = '<!doctype html><meta charset="windows-1252"><p>äöü</p><script>fetch("https://ä.test/")</script>';
  const files = project(t, { 'connect-lint.toml': 'policy = "connect-src \'self\'"\n', 'p.html': 'x' });
  const client = await Client.start(t, { folders: [files] });
  const uri = files.uri('p.html');
  await client.open(uri, page, 1, 'html');
  const [found] = await client.of(uri, 1);
  assert.match(found.message, /https:\/\/ä\.test/);
  assert.equal(found.range.start.character, page.indexOf('"https'));
});

test('of many edits the last counts', async (t) => {
  const files = project(t, { 'connect-lint.toml': 'policy = "connect-src \'self\'"\n', 'a.js': '' });
  const client = await Client.start(t, { folders: [files] });
  const uri = files.uri('a.js');
  await client.open(uri, "fetch('https://a.test/');\n");
  for (let version = 2; version <= 200; version++) {
    client.change(uri, version, { range: { start: at(0, 0), end: at(0, 0) }, text: '\n' });
  }
  const [found] = await client.of(uri, 200);
  assert.deepEqual(found.range.start, at(199, 6));
  const versions = client.published.filter((one) => one.uri === uri).map((one) => one.version ?? 0);
  assert.deepEqual(versions, versions.toSorted((a, b) => a - b));
});
