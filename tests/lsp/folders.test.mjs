import assert from 'node:assert/strict';
import { renameSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { CHANGED, CREATED, Client, DELETED, project, told } from './client.mjs';

const call = "fetch('https://api.test/');\n";
const config = (policy) => `policy = "${policy}"\n`;
const of = (files, name) => ({ uri: () => files.uri(name), folder: name });
const changed = (client, files, { added = [], removed = [] }) => {
  const named = (names) => names.map((name) => ({ uri: files.uri(name), name }));
  const event = { added: named(added), removed: named(removed) };
  return client.notify('workspace/didChangeWorkspaceFolders', { event });
};

test('what a folder imports of another is read again', async (t) => {
  const base = (url) => `export const BASE = '${url}';\n`;
  const main = "import { BASE } from '../lib/base.js';\nfetch(BASE);\n";
  const files = project(t, {
    'app/connect-lint.toml': config("connect-src 'self'"),
    'app/main.js': main,
    'lib/base.js': base('/x'),
  });
  const client = await Client.start(t, { folders: [of(files, 'app'), of(files, 'lib')] });
  const [uri, lib] = [files.uri('app/main.js'), files.uri('lib/base.js')];
  await client.open(uri, main);
  assert.deepEqual(await client.of(uri, 1), []);
  await client.open(lib, base('https://b.test/'));
  await client.once(uri, (all) => all.length === 1);
  await client.change(lib, 2, { text: base('/x') });
  await client.once(uri, (all) => all.length === 0);
  await client.notify('textDocument/didClose', { textDocument: { uri: lib } });
  files.write('lib/base.js', base('https://b.test/'));
  await told(client, { uri: lib, type: CHANGED });
  await client.once(uri, (all) => all.length === 1);
  rmSync(files.path('lib/base.js'));
  await told(client, { uri: lib, type: DELETED });
  await client.once(uri, (all) => all.length === 0);
  files.write('lib/base.js', base('https://b.test/'));
  await told(client, { uri: lib, type: CREATED });
  await client.once(uri, (all) => all.length === 1);
});

test('a configuration above a folder counts once it is there', async (t) => {
  const files = project(t, { 'a.js': call, 'inner/b.js': call });
  const client = await Client.start(t, { folders: [of(files, ''), of(files, 'inner')] });
  const [uri, toml] = [files.uri('inner/b.js'), files.uri('connect-lint.toml')];
  await client.open(uri, call);
  assert.deepEqual(await client.of(uri, 1), []);
  files.write('connect-lint.toml', config("connect-src 'self'"));
  await told(client, { uri: toml, type: CREATED });
  await client.once(uri, (all) => all.length === 1);
  rmSync(files.path('connect-lint.toml'));
  await told(client, { uri: toml, type: DELETED });
  await client.once(uri, (all) => all.length === 0);
  // One that is not saved yet.
  await client.open(toml, config("connect-src 'self'"), 1, 'toml');
  await client.once(uri, (all) => all.length === 1);
  await client.once(files.uri('a.js'), (all) => all.length === 1);
  await client.notify('textDocument/didClose', { textDocument: { uri: toml } });
  await client.once(uri, (all) => all.length === 0);
});

test('a folder is the same with a slash and without', async (t) => {
  const files = project(t, { 'connect-lint.toml': config("connect-src 'self'"), 'a/a.js': call });
  const client = await Client.start(t, { folders: [of(files, 'a/')] });
  await client.once(files.uri('a/a.js'), (all) => all.length === 1);
  await changed(client, files, { removed: ['a'] });
  await client.once(files.uri('a/a.js'), (all) => all.length === 0);
});

test('a folder that is moved or gone takes its files along', async (t) => {
  const files = project(t, { 'connect-lint.toml': config("connect-src 'self'"), 'src/a.js': call });
  const client = await Client.start(t, { folders: [files] });
  await client.once(files.uri('src/a.js'), (all) => all.length === 1);
  renameSync(files.path('src'), files.path('lib'));
  await told(client, { uri: files.uri('src'), type: DELETED }, { uri: files.uri('lib'), type: CREATED });
  await client.once(files.uri('lib/a.js'), (all) => all.length === 1);
  await client.once(files.uri('src/a.js'), (all) => all.length === 0);
  rmSync(files.path('lib'), { recursive: true });
  await told(client, { uri: files.uri('lib'), type: DELETED });
  await client.once(files.uri('lib/a.js'), (all) => all.length === 0);
});

test('folders come and go while they are linted', async (t) => {
  const files = project(t, { 'connect-lint.toml': config("connect-src 'self'") });
  for (let folder = 0; folder < 3; folder++) {
    for (let number = 0; number < 40; number++) files.write(`f${folder}/${number}.js`, call.repeat(20));
  }
  const client = await Client.start(t, { folders: [of(files, 'f0')] });
  for (let round = 0; round < 10; round++) {
    await changed(client, files, { added: ['f1', 'f2'], removed: ['f0'] });
    await new Promise((resolve) => setTimeout(resolve, round * 3));
    await changed(client, files, { added: ['f0'], removed: ['f1'] });
    await changed(client, files, { removed: ['f2'] });
  }
  const all = await client.request('workspace/diagnostic', { previousResultIds: [] });
  assert.equal(all.items.length, 40);
  const shown = [...client.diagnostics.values()].filter(({ diagnostics }) => diagnostics.length > 0);
  assert.equal(shown.length, 40);
  assert.ok(shown.every(({ uri }) => uri.startsWith(files.uri('f0/'))));
});

test('what is inside of a folder that is taken away is of the outer one', async (t) => {
  const files = project(t, { 'connect-lint.toml': config("connect-src 'self'"), 'inner/b.js': call, 'a.js': call });
  const client = await Client.start(t, { folders: [of(files, ''), of(files, 'inner')] });
  const all = async () => {
    const { items } = await client.request('workspace/diagnostic', { previousResultIds: [] });
    return items.map((item) => item.items.length);
  };
  assert.deepEqual(await all(), [1, 1]);
  await changed(client, files, { removed: ['inner'] });
  assert.deepEqual(await all(), [1, 1]);
  assert.equal(client.codes(files.uri('inner/b.js')).length, 1);
  await changed(client, files, { added: ['inner/'] });
  assert.deepEqual(await all(), [1, 1]);
  assert.equal(client.codes(files.uri('inner/b.js')).length, 1);
});
