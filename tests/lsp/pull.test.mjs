import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, project } from './client.mjs';

const files = (test) =>
  project(test, {
    '_headers': "/*\n  Content-Security-Policy: connect-src 'self'\n",
    'index.html': '<!doctype html><script type="module" src="main.js"></script>',
    'base.js': "export const BASE = 'https://api.test';\n",
    'main.js': "import { BASE } from './base.js';\nfetch(BASE + '/a');\n",
    'clean.js': "fetch('/a');\n",
  });

const start = async (test) => {
  const shop = files(test);
  const client = await Client.start(test, {
    folders: [shop],
    change: (able) => {
      able.textDocument.diagnostic = { dynamicRegistration: false, relatedDocumentSupport: true };
    },
  });
  const pull = (name, previousResultId) =>
    client.request('textDocument/diagnostic', { textDocument: { uri: shop.uri(name) }, previousResultId });
  const all = (previousResultIds = []) => client.request('workspace/diagnostic', { previousResultIds });
  return { shop, client, pull, all };
};

test('a document is asked for, and is told only if it is another', async (t) => {
  const { shop, client, pull } = await start(t);
  const { diagnosticProvider } = client.result.capabilities;
  assert.equal(diagnosticProvider.interFileDependencies, true);
  assert.equal(diagnosticProvider.workspaceDiagnostics, true);
  await client.open(shop.uri('main.js'), "import { BASE } from './base.js';\nfetch(BASE + '/a');\n");
  const first = await pull('main.js');
  assert.equal(first.kind, 'full');
  assert.deepEqual(first.items.map((one) => one.code), ['blocked']);
  const again = await pull('main.js', first.resultId);
  assert.deepEqual(again, { kind: 'unchanged', resultId: first.resultId });
  await client.open(shop.uri('base.js'), "export const BASE = '';\n");
  const later = await pull('main.js', first.resultId);
  assert.equal(later.kind, 'full');
  assert.deepEqual(later.items, []);
  // What was changed is not the document that is told to be asked for again.
  await client.until(() => client.refreshes > 0, 'the client is told to ask again');
  assert.deepEqual(client.published, []);
  assert.equal((await pull('clean.js')).kind, 'full');
  assert.equal((await pull('nowhere.js')).kind, 'full');
  const untitled = await client.request('textDocument/diagnostic', { textDocument: { uri: 'untitled:x' } });
  assert.deepEqual(untitled.items, []);
});

test('all files are asked for', async (t) => {
  const { shop, client, all } = await start(t);
  const first = await all();
  assert.deepEqual(first.items.map((item) => [item.uri, item.kind]), [[shop.uri('main.js'), 'full']]);
  const known = first.items.map((item) => ({ uri: item.uri, value: item.resultId }));
  const again = await all(known);
  assert.deepEqual(again.items.map((item) => item.kind), ['unchanged']);
  await client.open(shop.uri('_headers'), "/*\n  Content-Security-Policy: connect-src 'self' https://api.test\n");
  const later = await all(known);
  const main = later.items.find((item) => item.uri === shop.uri('main.js'));
  assert.deepEqual([main.kind, main.items], ['full', []]);
});

test('a request can be taken back while it waits', async (t) => {
  const { shop, client, pull } = await start(t);
  const { CancellationTokenSource } = (await import('./client.mjs')).rpc;
  await pull('main.js');
  const taken = [];
  for (let version = 1; version <= 30; version++) {
    if (version === 1) await client.open(shop.uri('main.js'), "fetch('https://x.test/')");
    else client.change(shop.uri('main.js'), version, { text: `fetch('https://x${version}.test/')` });
    const source = new CancellationTokenSource();
    const asked = client.request('textDocument/diagnostic', { textDocument: { uri: shop.uri('main.js') } }, source.token);
    source.cancel();
    taken.push(asked.then(() => 'answered', (error) => error.code));
  }
  const outcomes = await Promise.all(taken);
  assert.ok(outcomes.every((one) => one === 'answered' || one === -32800), outcomes.join());
  assert.ok(outcomes.includes(-32800), outcomes.join());
  const last = await pull('main.js');
  assert.match(last.items[0].message, /x30\.test/);
});

test('requests that wait are refused at the end', async (t) => {
  const { client, pull } = await start(t);
  const asked = pull('main.js').catch((error) => error.code);
  await client.request('shutdown');
  assert.ok([undefined, -32800, 'full'].includes((await asked)?.kind ?? (await asked)));
  await client.notify('exit');
  assert.equal(await client.exited, 0);
});
