import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, renameSync } from 'node:fs';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { CHANGED, CREATED, Client, DELETED, binary, project, told } from './client.mjs';

const call = "fetch('https://api.test/');\n";
const config = (policy) => `policy = "${policy}"\n`;

test('files that change on disk are read again', async (t) => {
  const files = project(t, { 'connect-lint.toml': config("connect-src 'self'"), 'a.js': call });
  const client = await Client.start(t, { folders: [files] });
  const uri = files.uri('a.js');
  await client.once(uri, (all) => all.length === 1);
  const methods = client.registrations.map((one) => one.method).sort();
  assert.deepEqual(methods, ['workspace/didChangeConfiguration', 'workspace/didChangeWatchedFiles']);
  // The configuration.
  files.write('connect-lint.toml', config('connect-src https://api.test'));
  await told(client, { uri: files.uri('connect-lint.toml'), type: CHANGED });
  await client.once(uri, (all) => all.length === 0);
  // A source that is new, changed, renamed, gone.
  files.write('src/b.js', "fetch('https://b.test/');\n");
  await told(client, { uri: files.uri('src/b.js'), type: CREATED });
  await client.once(files.uri('src/b.js'), (all) => all.length === 1);
  renameSync(files.path('src/b.js'), files.path('src/c.js'));
  await told(client, { uri: files.uri('src/b.js'), type: DELETED }, { uri: files.uri('src/c.js'), type: CREATED });
  await client.once(files.uri('src/c.js'), (all) => all.length === 1);
  await client.once(files.uri('src/b.js'), (all) => all.length === 0);
  rmSync(files.path('src/c.js'));
  await told(client, { uri: files.uri('src/c.js'), type: DELETED });
  await client.once(files.uri('src/c.js'), (all) => all.length === 0);
  // What the build defines.
  files.write('package.json', '{"devDependencies":{"vite":"7"}}');
  files.write('.env', 'VITE_API=https://one.test\n');
  files.write('d.js', 'fetch(import.meta.env.VITE_API);\n');
  await told(client, ...['package.json', '.env', 'd.js'].map((name) => ({ uri: files.uri(name), type: CREATED })));
  const found = await client.once(files.uri('d.js'), (all) => all.length === 1);
  assert.match(found[0].message, /one\.test/);
  files.write('.env', 'VITE_API=https://api.test\n');
  await told(client, { uri: files.uri('.env'), type: CHANGED });
  await client.once(files.uri('d.js'), (all) => all.length === 0);
  // The configuration goes, and with it the policy.
  rmSync(files.path('connect-lint.toml'));
  await told(client, { uri: files.uri('connect-lint.toml'), type: DELETED });
  await client.until(() => client.logs.some((log) => log.message.includes('no policy was found')));
});

test('a mistake in the configuration is told where it is, and the last good one counts', async (t) => {
  const files = project(t, { 'connect-lint.toml': config("connect-src 'self'"), 'a.js': call });
  const client = await Client.start(t, { folders: [files] });
  const [uri, toml] = [files.uri('a.js'), files.uri('connect-lint.toml')];
  await client.once(uri, (all) => all.length === 1);
  await client.open(toml, `${config("connect-src 'self'")}polcy = 1\n`);
  const [mistake] = await client.once(toml, (all) => all.length === 1);
  assert.match(mistake.message, /polcy[^]*did you mean `policy`\?/);
  assert.equal(mistake.range.start.line, 1);
  await client.open(uri, `${call}${call}`);
  assert.equal((await client.of(uri, 1)).length, 2);
  await client.change(toml, 2, { text: config('connect-src https://api.test') });
  assert.deepEqual(await client.of(toml, 2), []);
  await client.once(uri, (all) => all.length === 0);
  await client.change(toml, 3, { text: 'page-url = "nonsense"\n' });
  assert.equal((await client.of(toml, 3)).length, 1);
  assert.deepEqual(client.codes(uri), []);
});

test('the policies of the last good configuration count until it is good again', async (t) => {
  const files = project(t, { 'connect-lint.toml': config("connect-src 'self'"), 'a.js': call });
  const client = await Client.start(t, { folders: [files] });
  const [uri, toml] = [files.uri('a.js'), files.uri('connect-lint.toml')];
  await client.open(uri, call);
  assert.equal((await client.of(uri, 1)).length, 1);
  await client.open(toml, config("connect-src 'self'"));
  let version = 1;
  // A glob that is none is known when it is run.
  for (const text of ['policy = 7\n', 'x = ', '[severity]\nnonsense = "error"\n', 'exclude = ["[z-a]"]\n', 'page-url = "x"\n']) {
    await client.change(toml, ++version, { text });
    const found = await client.of(toml, version);
    assert.equal(found.length, 1, `${text}: ${found.map((one) => one.message)}`);
    const context = { diagnostics: [], only: ['quickfix'] };
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 20 } };
    const [add] = await client.request('textDocument/codeAction', { textDocument: { uri }, range, context });
    assert.equal(client.codes(uri).join(), 'blocked', text);
    // What the policy stands in is no longer so.
    await assert.rejects(client.request('codeAction/resolve', add), text);
  }
  await client.change(toml, ++version, { text: config('connect-src https://api.test') });
  await client.once(uri, (all) => all.length === 0);
});

test('each folder has its own configuration', async (t) => {
  const [one, two, three] = ["connect-src 'self'", 'connect-src https://api.test', "connect-src 'none'"]
    .map((policy) => project(t, { 'connect-lint.toml': config(policy), 'a.js': call }));
  const client = await Client.start(t, { folders: [one, two] });
  await client.once(one.uri('a.js'), (all) => all.length === 1);
  await client.open(two.uri('a.js'), call);
  assert.deepEqual(await client.of(two.uri('a.js'), 1), []);
  await client.notify('workspace/didChangeWorkspaceFolders', {
    event: { added: [{ uri: three.uri(''), name: 'three' }], removed: [{ uri: one.uri(''), name: 'one' }] },
  });
  await client.once(three.uri('a.js'), (all) => all.length === 1);
  await client.once(one.uri('a.js'), (all) => all.length === 0);
  // A folder with settings of its own.
  client.ofFolder.set(three.uri(''), { enable: false });
  await client.notify('workspace/didChangeConfiguration', { settings: null });
  await client.once(three.uri('a.js'), (all) => all.length === 0);
});

test('a folder in a folder has its files for itself', async (t) => {
  const files = project(t, {
    'connect-lint.toml': config("connect-src 'self'"),
    'a.js': call,
    'inner/connect-lint.toml': config('connect-src https://api.test'),
    'inner/b.js': call,
  });
  const inner = { uri: () => files.uri('inner'), folder: files.path('inner') };
  const client = await Client.start(t, { folders: [files, inner] });
  await client.once(files.uri('a.js'), (all) => all.length === 1);
  await client.open(files.uri('inner/b.js'), call);
  assert.deepEqual(await client.of(files.uri('inner/b.js'), 1), []);
});

test('a file outside of all folders is linted by itself', async (t) => {
  const files = project(t, { 'connect-lint.toml': config("connect-src 'self'"), 'a.js': call, 'b.js': call });
  const client = await Client.start(t);
  const uri = files.uri('a.js');
  await client.open(uri, call);
  assert.equal((await client.of(uri, 1)).length, 1);
  await client.notify('textDocument/didClose', { textDocument: { uri } });
  await client.once(uri, (all) => all.length === 0);
  assert.equal(client.diagnostics.has(files.uri('b.js')), false);
});

test('settings say what is linted, by what, and what is shown', async (t) => {
  const files = project(t, { 'index.html': '<!doctype html><script src="a.js"></script>', 'a.js': call, 'b.js': call });
  const client = await Client.start(t, { folders: [files], settings: { policy: "connect-src 'self'" } });
  const [a, b] = [files.uri('a.js'), files.uri('b.js')];
  await client.once(a, (all) => all.length === 1);
  await client.once(b, (all) => all.length === 1);
  const set = async (settings) => {
    client.settings = settings;
    await client.notify('workspace/didChangeConfiguration', { settings: null });
  };
  await set({ policy: "connect-src 'self'", lint: { scope: 'openFiles' } });
  await client.once(b, (all) => all.length === 0);
  await client.open(a, call);
  assert.equal((await client.of(a, 1)).length, 1);
  await set({ policy: "connect-src 'self'", pageUrl: 'https://api.test/' });
  await client.once(a, (all) => all.length === 0);
  await set({ policy: "connect-src 'self'", pageUrl: 'https://www.test/' });
  await client.once(b, (all) => all.length === 1);
  await set({ enable: false });
  await client.once(b, (all) => all.length === 0);
  files.write('conf/other.toml', config("connect-src 'none'"));
  await set({ config: 'conf/other.toml' });
  await client.once(b, (all) => all.length === 1);
});

test('a setting that makes no sense is told once, and is as if it were not there', async (t) => {
  const files = project(t, { 'connect-lint.toml': config("connect-src 'self'"), 'a.js': call });
  const wrong = { policy: 7, enable: 'no', config: {}, pageUrl: [], lint: { scope: 'all' }, inlayHints: 'x', showInfo: 1 };
  const client = await Client.start(t, { folders: [files], settings: wrong });
  await client.once(files.uri('a.js'), (all) => all.length === 1);
  const told = () => client.logs.filter((log) => log.message.startsWith('the setting')).map((log) => /`(.*?)`/.exec(log.message)[1]);
  const names = ['config', 'enable', 'inlayHints.enable', 'lint.scope', 'pageUrl', 'policy', 'showInfo'];
  assert.deepEqual(told(), names.map((name) => `connect-lint.${name}`));
  client.settings = { showInfo: 'x', enable: true };
  await client.notify('workspace/didChangeConfiguration', { settings: null });
  await client.until(() => client.asked === 2, 'the settings are asked for');
  client.settings = { policy: [1] };
  await client.notify('workspace/didChangeConfiguration', { settings: null });
  await client.until(() => told().length === names.length + 1);
  assert.equal(told().at(-1), 'connect-lint.policy');
});

test('settings have their names in what is told', async (t) => {
  const files = project(t, { 'a.js': call });
  const client = await Client.start(t, { folders: [files], settings: { policy: ["connect-src 'self'; connect-src 'none'"] } });
  const [found] = await client.once(files.uri('a.js'), (all) => all.length === 1);
  assert.match(found.message, /in the setting `connect-lint\.policy`$/);
  await client.until(() => client.logs.some((log) => log.message.includes('the setting `connect-lint.policy`: a second')));
  client.settings = { pageUrl: 'nonsense' };
  await client.notify('workspace/didChangeConfiguration', { settings: null });
  await client.until(() => client.logs.some((log) => log.message.includes('the setting `connect-lint.pageUrl`: `nonsense`')));
  assert.ok(client.logs.every((log) => !log.message.includes('--')));
});

test('a client that is asked nothing has settings of the beginning, and sends others', async (t) => {
  const files = project(t, { 'a.js': call });
  const client = await Client.start(t, {
    folders: [files],
    settings: { policy: "connect-src 'self'" },
    change: (able) => {
      able.workspace.configuration = false;
      able.workspace.didChangeWatchedFiles = {};
      able.workspace.didChangeConfiguration = {};
    },
  });
  await client.once(files.uri('a.js'), (all) => all.length === 1);
  assert.deepEqual(client.registrations, []);
  const settings = { 'connect-lint': { policy: 'connect-src https://api.test' } };
  await client.notify('workspace/didChangeConfiguration', { settings });
  await client.once(files.uri('a.js'), (all) => all.length === 0);
  // What is saved is read again, and what else has changed.
  files.write('b.js', "fetch('https://b.test/');\n");
  await client.notify('textDocument/didSave', { textDocument: { uri: files.uri('b.js') } });
  await client.once(files.uri('b.js'), (all) => all.length === 1);
});

test('where there is no policy that is a note, not findings', async (t) => {
  const files = project(t, { 'a.js': call });
  const client = await Client.start(t, { folders: [files] });
  const uri = files.uri('a.js');
  await client.open(uri, call);
  assert.deepEqual(await client.of(uri, 1), []);
  const notes = () => client.logs.filter((log) => log.message.includes('no policy was found'));
  assert.equal(notes().length, 1);
  for (let version = 2; version < 6; version++) {
    await client.change(uri, version, { text: call.repeat(version) });
    await client.of(uri, version);
  }
  assert.equal(notes().length, 1);
  const position = { line: 0, character: 10 };
  const hover = await client.request('textDocument/hover', { textDocument: { uri }, position });
  assert.match(hover.contents.value, /no policy is known/);
});

test('the first run is told as a progress', async (t) => {
  const files = project(t, { 'connect-lint.toml': config("connect-src 'self'"), 'a.js': call });
  const client = await Client.start(t, { folders: [files] });
  await client.once(files.uri('a.js'), (all) => all.length === 1);
  const kinds = client.progress.map((one) => one.value.kind);
  assert.ok(['', 'begin,end'].includes(kinds.join()), kinds.join());
});

test('names with brackets, blanks and other letters are names', async (t) => {
  const name = 'app/[id] ä/über uns.js';
  const files = project(t, { 'connect-lint.toml': config("connect-src 'self'"), [name]: call });
  const client = await Client.start(t, { folders: [files] });
  const escaped = files.uri(name).replace('[', '%5B').replace(']', '%5D');
  await client.once(escaped, (all) => all.length === 1);
  await client.open(files.uri(name), call + call);
  await client.once(escaped, (all) => all.length === 2);
  await client.change(escaped, 2, { text: '' });
  assert.deepEqual(await client.of(escaped, 2), []);
});

test('what the baseline names is not told', async (t) => {
  const files = project(t, {
    'connect-lint.toml': `${config("connect-src 'self'")}baseline = "old.json"\n`,
    'old.json': '{"version":1,"findings":[]}',
    'a.js': call,
  });
  const client = await Client.start(t, { folders: [files] });
  const uri = files.uri('a.js');
  await client.once(uri, (all) => all.length === 1);
  const { stdout } = spawnSync(binary, ['check', '--write-baseline'], { cwd: files.folder, encoding: 'utf8' });
  await told(client, { uri: files.uri('old.json'), type: CHANGED });
  await client.once(uri, (all) => all.length === 0).catch((error) => assert.fail(`${stdout}${error}`));
  // The text of the editor counts before it is saved.
  const old = files.uri('old.json');
  await client.open(old, '{"version":1,"findings":[]}', 1, 'json');
  await client.once(uri, (all) => all.length === 1);
  await client.notify('textDocument/didClose', { textDocument: { uri: old } });
  await client.once(uri, (all) => all.length === 0);
});

/** Configurations that name a file, its text that blocks `call`, and one that does not. */
const named = {
  'policy-file': ['policy-file = "sent.txt"\n', 'sent.txt', "connect-src 'self'\n", 'connect-src https://api.test\n'],
  'policy-from': [
    'policy-from = ["deploy/csp [1].inc"]\n',
    'deploy/csp [1].inc',
    "Content-Security-Policy: connect-src 'self'\n",
    'Content-Security-Policy: connect-src https://api.test\n',
  ],
};

for (const [key, [text, name, blocks, allows]] of Object.entries(named)) {
  test(`what ${key} names is read again, whatever its name is`, async (t) => {
    const files = project(t, { 'connect-lint.toml': text, [name]: blocks, 'a.js': call });
    const client = await Client.start(t, { folders: [files] });
    const uri = files.uri('a.js');
    await client.once(uri, (all) => all.length === 1);
    files.write(name, allows);
    await told(client, { uri: files.uri(name), type: CHANGED });
    await client.once(uri, (all) => all.length === 0);
    // It goes, so that there are no results, and comes back.
    rmSync(files.path(name));
    await told(client, { uri: files.uri(name), type: DELETED });
    await client.once(files.uri('connect-lint.toml'), (all) => all.length === 1);
    files.write(name, blocks);
    await told(client, { uri: files.uri(name), type: CREATED });
    await client.once(files.uri('connect-lint.toml'), (all) => all.length === 0);
    await client.once(uri, (all) => all.length === 1);
  });
}

/** The patterns that the server wants to be told of besides those of names that it knows. */
function patterns(client) {
  const others = client.registrations.filter(({ id }) => id.startsWith('connect-lint/files/'));
  const watchers = others.flatMap((one) => one.registerOptions.watchers);
  return watchers.map(({ globPattern }) => globPattern).toSorted((a, b) => (a.pattern < b.pattern ? -1 : 1));
}

test('the client is asked to watch what the configuration names', async (t) => {
  const files = project(t, {
    'connect-lint.toml': `${config("connect-src 'self'")}baseline = "old.json"\n`,
    'site/connect-lint.toml': 'policy-file = ["sent.txt", "../deploy/{a} [b].txt"]\n',
    'site/sent.txt': "connect-src 'self'\n",
    'deploy/{a} [b].txt': "connect-src 'self'\n",
    'site/a.js': call,
  });
  const site = { uri: () => files.uri('site'), folder: files.path('site') };
  const client = await Client.start(t, { folders: [site] });
  const uri = files.uri('site/a.js');
  const watches = (...wanted) =>
    client.until(() => isDeepStrictEqual(patterns(client), wanted)).catch(() => assert.deepEqual(patterns(client), wanted));
  await client.once(uri, (all) => all.length === 1);
  const sent = { baseUri: files.uri('site'), pattern: 'sent.txt' };
  await watches({ baseUri: files.uri('deploy'), pattern: '?a? ?b?.txt' }, sent);
  // Another configuration names others.
  files.write('site/connect-lint.toml', 'policy-file = ["not/there.txt", "sent.txt"]\n');
  await told(client, { uri: files.uri('site/connect-lint.toml'), type: CHANGED });
  await watches({ baseUri: files.uri('site'), pattern: 'not/there.txt' }, sent);
  assert.equal(client.registrations.length, 3);
  await client.once(files.uri('site/connect-lint.toml'), (all) => all.length === 1);
  files.write('site/not/there.txt', 'connect-src https://api.test\n');
  await told(client, { uri: files.uri('site/not/there.txt'), type: CREATED });
  await client.once(files.uri('site/connect-lint.toml'), (all) => all.length === 0);
  // Of a configuration above the folder, nothing is told otherwise.
  rmSync(files.path('site/connect-lint.toml'));
  await told(client, { uri: files.uri('site/connect-lint.toml'), type: DELETED });
  const above = files.uri('').replace(/\/$/, '');
  await watches({ baseUri: above, pattern: 'connect-lint.toml' }, { baseUri: above, pattern: 'old.json' });
  files.write('site/connect-lint.toml', config("connect-src 'none'"));
  await told(client, { uri: files.uri('site/connect-lint.toml'), type: CREATED });
  await watches();
  assert.equal(client.registrations.length, 2);
  // A folder that is gone names nothing.
  files.write('site/connect-lint.toml', 'policy-file = "sent.txt"\n');
  await told(client, { uri: files.uri('site/connect-lint.toml'), type: CHANGED });
  await watches(sent);
  await client.notify('workspace/didChangeWorkspaceFolders', { event: { added: [], removed: [{ uri: site.uri(), name: 'site' }] } });
  await watches();
});

test('a client without patterns of a folder watches names', async (t) => {
  const files = project(t, { 'connect-lint.toml': 'policy-file = "a/sent[1].txt"\n', 'a/sent[1].txt': "connect-src 'self'\n", 'a.js': call });
  const client = await Client.start(t, {
    folders: [files],
    change: (able) => delete able.workspace.didChangeWatchedFiles.relativePatternSupport,
  });
  await client.until(() => patterns(client).length > 0);
  assert.deepEqual(patterns(client), ['**/sent?1?.txt']);
});

test('a client that watches nothing is asked nothing, and what it saves is read', async (t) => {
  const files = project(t, { 'connect-lint.toml': 'policy-file = "sent.txt"\n', 'sent.txt': "connect-src 'self'\n", 'a.js': call });
  const client = await Client.start(t, {
    folders: [files],
    change: (able) => (able.workspace.didChangeWatchedFiles = {}),
  });
  const uri = files.uri('a.js');
  await client.once(uri, (all) => all.length === 1);
  files.write('sent.txt', 'connect-src https://api.test\n');
  await client.notify('textDocument/didSave', { textDocument: { uri: files.uri('sent.txt') } });
  await client.once(uri, (all) => all.length === 0);
  assert.deepEqual(client.registrations.map((one) => one.method), ['workspace/didChangeConfiguration']);
});

test('what changes before it is watched is seen', async (t) => {
  const files = project(t, { 'connect-lint.toml': 'policy-file = "sent.txt"\n', 'sent.txt': "connect-src 'self'\n", 'a.js': call });
  const client = await Client.start(t, {
    folders: [files],
    change: (_, client) => {
      client.beforeRegistering = ({ id }) => {
        if (id.startsWith('connect-lint/files/')) files.write('sent.txt', 'connect-src https://api.test\n');
      };
    },
  });
  await client.once(files.uri('a.js'), (all) => all.length === 0);
});

test('what a configuration that is being read names counts already', async (t) => {
  const files = project(t, { 'connect-lint.toml': config("connect-src 'none'"), 'a.js': call });
  for (let number = 0; number < 50; number++) files.write(`more/${number}.js`, call.repeat(20));
  const client = await Client.start(t, { folders: [files] });
  const uri = files.uri('a.js');
  await client.once(uri, (all) => all.length === 1);
  for (let delay = 0; delay < 60; delay += 4) {
    const name = `sent${delay}.txt`;
    files.write(name, "connect-src 'self'\n");
    files.write('connect-lint.toml', `policy-file = "${name}"\n`);
    await told(client, { uri: files.uri('connect-lint.toml'), type: CHANGED });
    await new Promise((resolve) => setTimeout(resolve, delay));
    files.write(name, 'connect-src https://api.test\n');
    await told(client, { uri: files.uri(name), type: CHANGED });
    await client.once(uri, (all) => all.length === 0);
    files.write('connect-lint.toml', config("connect-src 'none'"));
    await told(client, { uri: files.uri('connect-lint.toml'), type: CHANGED });
    await client.once(uri, (all) => all.length === 1);
  }
});

test('what a file of policies includes is read again, whatever its name is', async (t) => {
  const files = project(t, {
    'nginx.conf': 'http { server { root html; location / { include csp.inc; } } }\n',
    'csp.inc': 'add_header Content-Security-Policy "connect-src \'self\'";\n',
    'a.js': call,
  });
  const client = await Client.start(t, { folders: [files] });
  const uri = files.uri('a.js');
  await client.once(uri, (all) => all.length === 1);
  await client.until(() => patterns(client).length > 0);
  assert.deepEqual(patterns(client), [{ baseUri: files.uri('').replace(/\/$/, ''), pattern: 'csp.inc' }]);
  files.write('csp.inc', 'add_header Content-Security-Policy "connect-src https://api.test";\n');
  await told(client, { uri: files.uri('csp.inc'), type: CHANGED });
  await client.once(uri, (all) => all.length === 0);
});

test('what was saved while it was open is read when it is closed', async (t) => {
  const files = project(t, { 'connect-lint.toml': 'policy-file = "sent.txt"\n', 'sent.txt': "connect-src 'self'\n", 'a.js': call });
  const client = await Client.start(t, { folders: [files] });
  const [uri, sent] = [files.uri('a.js'), files.uri('sent.txt')];
  await client.once(uri, (all) => all.length === 1);
  // Faster than it is linted.
  client.open(sent, "connect-src 'self'\n", 1, 'plaintext');
  files.write('sent.txt', 'connect-src https://api.test\n');
  client.change(sent, 2, { text: 'connect-src https://api.test\n' });
  told(client, { uri: sent, type: CHANGED });
  client.notify('textDocument/didClose', { textDocument: { uri: sent } });
  await client.once(uri, (all) => all.length === 0);
});

test('what the build defines counts, saved or not', async (t) => {
  const files = project(t, {
    'connect-lint.toml': config("connect-src 'self'"),
    'package.json': '{"devDependencies":{"vite":"7"}}',
    '.env': 'VITE_API=/x\n',
    'vite.config.js': "export default { define: { BASE: JSON.stringify('/x') } };\n",
    'a.js': 'fetch(import.meta.env.VITE_API);\nfetch(BASE);\n',
  });
  const client = await Client.start(t, { folders: [files] });
  const uri = files.uri('a.js');
  await client.open(uri, 'fetch(import.meta.env.VITE_API);\nfetch(BASE);\n');
  assert.deepEqual(await client.of(uri, 1), []);
  const save = async (name, before, text) => {
    await client.open(files.uri(name), before, 1);
    await client.change(files.uri(name), 2, { text });
    files.write(name, text);
    await client.notify('textDocument/didSave', { textDocument: { uri: files.uri(name) } });
    await told(client, { uri: files.uri(name), type: CHANGED });
  };
  await save('.env', 'VITE_API=/x\n', 'VITE_API=https://api.test\n');
  await client.once(uri, (all) => all.length === 1);
  await save('vite.config.js', '', "export default { define: { BASE: JSON.stringify('https://b.test/') } };\n");
  await client.once(uri, (all) => all.length === 2);
  // Neither is saved.
  await client.change(files.uri('.env'), 3, { text: 'VITE_API=/y\n' });
  const [left] = await client.once(uri, (all) => all.length === 1);
  assert.match(left.message, /b\.test/);
  await client.change(files.uri('vite.config.js'), 3, { text: "export default { define: { BASE: '\"/z\"' } };\n" });
  await client.once(uri, (all) => all.length === 0);
});

test('a file that is not saved yet is imported', async (t) => {
  const text = "import { BASE } from './new.js';\nimport { OTHER } from '@/other.js';\nfetch(BASE);\nfetch(OTHER);\n";
  const files = project(t, { 'connect-lint.toml': config("connect-src 'self'"), 'a.js': text });
  const client = await Client.start(t, { folders: [files] });
  const uri = files.uri('a.js');
  const lines = (...wanted) => client.once(uri, (all) => isDeepStrictEqual(all.map((one) => one.range.start.line), wanted));
  const close = (name) => client.notify('textDocument/didClose', { textDocument: { uri: files.uri(name) } });
  await client.open(uri, text);
  assert.deepEqual(await client.of(uri, 1), []);
  await client.open(files.uri('new.js'), "export const BASE = 'https://api.test/';\n");
  await lines(2);
  // In a folder that is new too, by paths that are not saved either.
  const paths = (to) => `{"compilerOptions":{"allowJs":true,"paths":{"@/*":["./${to}/*"]}}}`;
  await client.open(files.uri('lib/other.js'), "export const OTHER = 'https://b.test/';\n");
  await client.open(files.uri('tsconfig.json'), paths('lib'), 1, 'json');
  await lines(2, 3);
  await client.change(files.uri('tsconfig.json'), 2, { text: paths('src') });
  await lines(2);
  await client.change(files.uri('tsconfig.json'), 3, { text: paths('lib') });
  await lines(2, 3);
  // One is saved, what is not is gone when it is closed.
  files.write('new.js', "export const BASE = 'https://api.test/';\n");
  await told(client, { uri: files.uri('new.js'), type: CREATED });
  await close('new.js');
  await close('lib/other.js');
  await lines(2);
  rmSync(files.path('new.js'));
  await told(client, { uri: files.uri('new.js'), type: DELETED });
  await lines();
  await client.open(files.uri('new.js'), "export const BASE = 'https://api.test/';\n");
  await lines(2);
  await close('new.js');
  await lines();
});
