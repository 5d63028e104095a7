import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { Client, binary, project } from './client.mjs';

/** A server that bytes are written to. */
function raw(test) {
  const server = spawn(binary, ['lsp'], { stdio: ['pipe', 'pipe', 'inherit'] });
  test.after(() => server.kill());
  let text = '';
  const messages = [];
  server.stdout.on('data', (data) => {
    text += data.toString('utf8');
    for (;;) {
      const header = /^Content-Length: (\d+)\r\n\r\n/.exec(text);
      const length = header && Number(header[1]);
      if (!header || Buffer.byteLength(text) < header[0].length + length) return;
      const rest = Buffer.from(text).subarray(header[0].length);
      messages.push(JSON.parse(rest.subarray(0, length).toString('utf8')));
      text = rest.subarray(length).toString('utf8');
    }
  });
  const frame = (body) => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  return {
    messages,
    frame,
    write: (bytes) => server.stdin.write(bytes),
    send: (message) => server.stdin.write(frame(JSON.stringify({ jsonrpc: '2.0', ...message }))),
    end: () => server.stdin.end(),
    exited: new Promise((resolve) => server.on('exit', resolve)),
    async answer(id) {
      for (let i = 0; i < 1000; i++) {
        const found = messages.find((message) => message.id === id && !message.method);
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error(`no answer to ${id}: ${JSON.stringify(messages)}`);
    },
  };
}

const initialize = { id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } };

test('the order of messages is kept to', async (t) => {
  const server = raw(t);
  server.send({ id: 'early', method: 'shutdown' });
  assert.equal((await server.answer('early')).error.code, -32002);
  server.send({ method: 'textDocument/didOpen', params: {} });
  server.send({ id: 0, method: 'initialize', params: 7 });
  assert.equal((await server.answer(0)).error.code, -32602);
  server.send(initialize);
  const { result } = await server.answer(1);
  assert.equal(result.serverInfo.name, 'connect-lint');
  assert.equal(result.capabilities.positionEncoding, 'utf-16');
  server.send({ ...initialize, id: 2 });
  assert.equal((await server.answer(2)).error.code, -32600);
  server.send({ method: 'initialized', params: {} });
  server.send({ id: 3, method: 'textDocument/unheardOf', params: {} });
  assert.equal((await server.answer(3)).error.code, -32601);
  server.send({ id: 4, method: '$/unheardOf' });
  assert.equal((await server.answer(4)).error.code, -32601);
  server.send({ method: '$/unheardOf' });
  server.send({ id: 5, method: 'textDocument/hover', params: { wrong: true } });
  assert.equal((await server.answer(5)).error.code, -32602);
  server.send({ id: 6, method: 'shutdown' });
  assert.equal((await server.answer(6)).result, null);
  server.send({ id: 7, method: 'textDocument/hover', params: {} });
  assert.equal((await server.answer(7)).error.code, -32600);
  server.send({ method: 'exit' });
  assert.equal(await server.exited, 0);
});

test('an exit without a shutdown is code 1, the end of the input too', async (t) => {
  const first = raw(t);
  first.send(initialize);
  first.send({ method: 'exit' });
  assert.equal(await first.exited, 1);
  const second = raw(t);
  second.send(initialize);
  second.end();
  assert.equal(await second.exited, 1);
  const third = raw(t);
  third.send({ method: 'exit' });
  assert.equal(await third.exited, 1);
  const fourth = raw(t);
  fourth.send(initialize);
  fourth.send({ id: 2, method: 'shutdown' });
  fourth.end();
  assert.equal(await fourth.exited, 0);
});

test('malformed messages never end the server', async (t) => {
  const server = raw(t);
  server.send(initialize);
  await server.answer(1);
  server.send({ method: 'initialized', params: {} });
  const broken = [
    server.frame('{'),
    server.frame('[]'),
    server.frame('null'),
    server.frame('{"jsonrpc":"2.0"}'),
    server.frame('{"jsonrpc":"2.0","id":{},"method":"x"}'),
    server.frame('['.repeat(200_000)),
    Buffer.concat([Buffer.from('Content-Length: 3\r\n\r\n'), Buffer.from([0xff, 0xfe, 0x00])]),
    'Content-Length: none\r\n\r\n',
    'Content-Length: -5\r\n\r\n',
    'Content-Length: 99999999999999999999999\r\n\r\n',
    'X-Nonsense: 1\r\n\r\n',
    '\r\n\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  ];
  let id = 10;
  for (const bytes of broken) {
    server.write(bytes);
    server.send({ id: ++id, method: 'still/there' });
    assert.equal((await server.answer(id)).error.code, -32601, String(bytes).slice(0, 60));
  }
  const complaints = server.messages.filter((message) => message.id === null);
  assert.ok(complaints.length >= 10, JSON.stringify(complaints));
  assert.ok(complaints.every((message) => [-32700, -32600].includes(message.error.code)));
  // A message in pieces.
  const whole = server.frame(JSON.stringify({ jsonrpc: '2.0', id: 99, method: 'still/there' }));
  for (const c of whole) server.write(c);
  assert.equal((await server.answer(99)).error.code, -32601);
});

test('messages out of order never end the server', async (t) => {
  const files = project(t, {
    'connect-lint.toml': 'policy = "connect-src \'self\'"\n',
    'a.js': "fetch('https://a.test/');\n",
  });
  const client = await Client.start(t, { folders: [files] });
  const uri = files.uri('a.js');
  const at = (line, character) => ({ line, character });
  await client.change(uri, 3, { text: 'fetch("https://b.test/")' });
  await client.notify('textDocument/didClose', { textDocument: { uri } });
  await client.notify('textDocument/didSave', { textDocument: { uri } });
  await client.open(uri, "fetch('https://a.test/');\n", 5);
  await client.open(uri, "fetch('https://a.test/');\n", 6);
  await client.change(uri, 2, { range: { start: at(99, 99), end: at(100, 0) }, text: '// end' });
  await client.change(uri, 7, { range: { start: at(0, 40), end: at(0, 3) }, text: '' });
  await client.change(uri, 8, { range: { start: at(4294967295, 0), end: at(4294967295, 9) }, text: '\n' });
  await client.change(uri, 9);
  await client.notify('textDocument/didChange', { nonsense: true });
  await client.notify('textDocument/didOpen', null);
  await client.open('untitled:Untitled-1', "fetch('https://a.test/')");
  await client.open('git:/a.js?ref', "fetch('https://a.test/')");
  await client.open('file:///nowhere/at/all.js', "fetch('https://a.test/')");
  await client.open('', 'x');
  client.connection.sendNotification('$/cancelRequest', { id: 12345 });
  client.connection.sendNotification('$/cancelRequest', { id: {} });
  const found = await client.of(uri, 9);
  assert.deepEqual(found.map((one) => one.code), ['blocked']);
  assert.ok(client.logs.some((log) => log.message.includes('not open')));
  assert.equal(await client.stop(), 0);
  assert.equal(client.stderr, '');
});

test('responses to nothing are told and do no harm', async (t) => {
  const server = raw(t);
  server.send(initialize);
  server.send({ method: 'initialized', params: {} });
  server.send({ id: 'connect-lint/99', result: null });
  server.send({ id: 77, error: { code: 1, message: 'x' } });
  server.send({ id: 2, method: 'shutdown' });
  assert.equal((await server.answer(2)).result, null);
  server.send({ method: 'exit' });
  assert.equal(await server.exited, 0);
});
