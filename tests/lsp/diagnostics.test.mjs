import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, project } from './client.mjs';

const POLICY = `/*\n  Content-Security-Policy: connect-src 'self' https://api.shop.test\n`;

const shop = (test) =>
  project(test, {
    '_headers': POLICY,
    'index.html': '<!doctype html><script type="module" src="src/main.js"></script>',
    'src/base.js': "export const BASE = 'https://api.shop.test';\n",
    'src/main.js': "import { BASE } from './base.js';\nfetch(BASE + '/tours');\nfetch('https://other.test/');\n",
  });

test('findings of files that are not open are published', async (t) => {
  const files = shop(t);
  const client = await Client.start(t, { folders: [files] });
  const [finding] = await client.once(files.uri('src/main.js'), (all) => all.length > 0);
  assert.equal(finding.code, 'blocked');
  assert.equal(finding.severity, 1);
  assert.equal(finding.source, 'connect-lint');
  assert.deepEqual(finding.range, { start: { line: 2, character: 6 }, end: { line: 2, character: 27 } });
  assert.match(finding.codeDescription.href, /blocked/);
  assert.match(finding.message, /https:\/\/other\.test/);
  assert.ok(!finding.message.includes(files.folder), finding.message);
  const policy = finding.relatedInformation[0];
  assert.equal(policy.location.uri, files.uri('_headers'));
  assert.equal(policy.location.range.start.line, 1);
});

test('unsaved text counts, also that of another file and of the policy', async (t) => {
  const files = shop(t);
  const client = await Client.start(t, { folders: [files] });
  const main = files.uri('src/main.js');
  await client.once(main, (all) => all.length === 1);
  await client.open(files.uri('src/base.js'), "export const BASE = 'https://new.test';\n");
  const both = await client.once(main, (all) => all.length === 2);
  assert.match(both[0].message, /https:\/\/new\.test/);
  assert.ok(both[0].relatedInformation.some((r) => r.location.uri === files.uri('src/base.js')));
  await client.open(files.uri('_headers'), POLICY.trimEnd() + ' https://new.test\n');
  await client.once(main, (all) => all.length === 1);
  await client.change(files.uri('_headers'), 2, { text: POLICY.trimEnd() + ' https://new.test https://other.test\n' });
  await client.once(main, (all) => all.length === 0);
  await client.notify('textDocument/didClose', { textDocument: { uri: files.uri('_headers') } });
  await client.once(main, (all) => all.length === 2);
});
