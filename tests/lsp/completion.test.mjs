import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, edited, project } from './client.mjs';

const main = "fetch('https://other.test/a');\nfetch('https://api.shop.test/');\n";

/** What is offered where `|` stands in a file, and the text with the first of it. */
async function offered(test, name, marked, more = {}) {
  const files = project(test, {
    'package.json': '{}',
    'index.html': '<!doctype html><script type="module" src="src/main.js"></script>',
    'src/main.js': main,
    [name]: marked.replace('|', ''),
    ...more,
  });
  const client = await Client.start(test, { folders: [files] });
  const text = marked.replace('|', '');
  const before = marked.slice(0, marked.indexOf('|')).split('\n');
  const position = { line: before.length - 1, character: before.at(-1).length };
  await client.open(files.uri(name), text);
  const list = await client.request('textDocument/completion', { textDocument: { uri: files.uri(name) }, position });
  const items = (list?.items ?? []).toSorted((a, b) => (a.sortText < b.sortText ? -1 : 1));
  return {
    items,
    labels: items.map((item) => item.label),
    text: items[0] && edited(text, [items[0].textEdit]),
  };
}

const other = 'https://other.test';

test('a header line', async (t) => {
  const of = (marked) => offered(t, '_headers', marked);
  const { labels, text, items } = await of("/*\n  Content-Security-Policy: connect-src 'self' https://api.shop.test |\n");
  assert.equal(labels[0], other);
  assert.ok(labels.includes("'none'") && !labels.includes("'self'"), labels.join());
  assert.match(items[0].detail, /blocked/);
  assert.match(items[0].documentation.value, /src\/main\\\.js/);
  assert.equal(text, `/*\n  Content-Security-Policy: connect-src 'self' https://api.shop.test ${other}\n`);
  const word = await of("/*\n  Content-Security-Policy: connect-src 'self' https:|; img-src 'self'\n");
  assert.ok(word.labels.includes(other));
  const taken = word.items.find((item) => item.label === other).textEdit;
  assert.deepEqual(taken.range, { start: { line: 1, character: 46 }, end: { line: 1, character: 52 } });
  const elsewhere = await of("/*\n  Content-Security-Policy: connect-src 'self'; img-src |'self'\n");
  assert.deepEqual(elsewhere.labels, []);
  const name = await of("/*\n  Content-Security-Policy: connect-src| 'self'\n");
  assert.deepEqual(name.labels, []);
});

test('an attribute, a string of TOML, a string of JSON', async (t) => {
  const page = await offered(t, 'page.html',
    `<!doctype html><meta http-equiv="Content-Security-Policy" content="connect-src 'self' |"><script>fetch('https://other.test/')</script>`);
  assert.equal(page.labels[0], other);
  assert.ok(page.text.includes(`content="connect-src 'self' ${other}"`), page.text);
  const toml = await offered(t, 'connect-lint.toml', `policy = "connect-src 'self' |"\n`);
  assert.equal(toml.labels[0], 'https://api.shop.test');
  assert.equal(toml.text, `policy = "connect-src 'self' https://api.shop.test"\n`);
  const json = await offered(t, 'vercel.json',
    `{"headers":[{"source":"/(.*)","headers":[{"key":"Content-Security-Policy","value":"connect-src 'self' https://api.shop.test |"}]}]}`);
  assert.equal(json.labels[0], other);
  assert.ok(json.text.includes(`api.shop.test ${other}"`), json.text);
});

test('a list of strings', async (t) => {
  const config = (list) => `export default {\n  kit: { csp: { directives: { 'connect-src': [${list}] } } },\n};\n`;
  const between = await offered(t, 'svelte.config.js', config("'self', |"), {
    'package.json': '{"devDependencies":{"@sveltejs/kit":"2"}}',
  });
  assert.ok(between.labels.includes(other), between.labels.join());
  assert.ok(between.text.includes("['self', 'https://"), between.text);
  const inside = await offered(t, 'svelte.config.js', config("'self', 'https://o|'"), {
    'package.json': '{"devDependencies":{"@sveltejs/kit":"2"}}',
  });
  const item = inside.items.find((one) => one.label === other);
  assert.equal(item.textEdit.newText, `'${other}'`);
  assert.deepEqual(item.textEdit.range.start.character, config("'self', ").split('\n')[1].indexOf("'self', ") + 8);
});
