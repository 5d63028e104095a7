// Opens a project in VS Code, lets the driver do its checks there, and looks at the screen for it.
//
// node sessions.mjs --binary FILE --work FOLDER [--screenshots FOLDER]
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { open } from './browser.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const server = join(here, 'node_modules/code-server/out/node/entry.js');
const { values } = parseArgs({
  options: { binary: { type: 'string' }, work: { type: 'string' }, screenshots: { type: 'string' } },
});

let [passed, failed] = [0, 0];
for (const name of ['trusted', 'untrusted', 'bundled']) {
  console.log(name);
  const problem = await session(name);
  if (problem) console.log(problem);
  [passed, failed] = problem ? [passed, failed + 1] : [passed + 1, failed];
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

/** Nothing, or what went wrong. */
async function session(name) {
  const port = await freePort();
  const home = join(values.work, name);
  const project = place(home);
  const isTrusted = name === 'trusted';
  write(join(home, 'data/User/settings.json'), {
    'security.workspace.trust.enabled': !isTrusted,
    'security.workspace.trust.startupPrompt': 'never',
    'workbench.startupEditor': 'none',
    'extensions.autoCheckUpdates': false,
  });
  const said = join(home, 'said');
  writeFileSync(said, '');
  const editor = start(name, home, port, said);
  const ended = new Promise((resolve) => editor.once('exit', resolve));
  let page;
  try {
    await answers(port);
    page = await open(`http://127.0.0.1:${port}/?folder=${project}`, join(home, 'profile'));
    return await follow(said, page, name);
  } catch (error) {
    return error.stack;
  } finally {
    await page?.close();
    process.kill(-editor.pid, 'SIGTERM');
    await ended;
    failed += await leftRunning(project);
  }
}

/** The project, with the program as the npm package brings it. */
function place(home) {
  const project = join(home, 'project');
  cpSync(join(here, '../editors/project'), project, { recursive: true });
  const optionalDependencies = { '@connect-lint/linux-x64': '0.0.0' };
  write(join(project, 'node_modules/connect-lint/package.json'), { optionalDependencies });
  const program = join(project, 'node_modules/@connect-lint/linux-x64/bin/connect-lint');
  mkdirSync(join(program, '..'), { recursive: true });
  cpSync(values.binary, program);
  return project;
}

function write(path, content) {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, JSON.stringify(content));
}

function start(name, home, port, said) {
  const flags = ['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--disable-telemetry'];
  flags.push('--disable-update-check', '--user-data-dir', join(home, 'data'));
  const extensions = name === 'bundled' ? 'extensions-linux-x64' : 'extensions';
  flags.push('--extensions-dir', join(values.work, extensions));
  const told = { CONNECT_LINT_SAID: said, CONNECT_LINT_SESSION: name };
  const env = { ...process.env, HOME: home, ...told };
  const log = join(home, 'log');
  // The head of a group of its own, so that those that it starts end with it.
  return spawn('sh', ['-c', 'exec "$@" >"$0" 2>&1', log, process.execPath, server, ...flags], {
    env,
    detached: true,
    stdio: 'ignore',
  });
}

function freePort() {
  return new Promise((resolve) => {
    const taken = createServer().listen(0, '127.0.0.1', () => {
      const { port } = taken.address();
      taken.close(() => resolve(port));
    });
  });
}

async function answers(port) {
  for (let tries = 0; tries < 150; tries++) {
    const there = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
    if (there?.ok) return;
    await sleep(200);
  }
  throw new Error('VS Code does not start');
}

/** Reads what the driver says until it is done. */
async function follow(said, page, name) {
  let read = 0;
  for (const end = Date.now() + 300_000; Date.now() < end; await sleep(50)) {
    const lines = readFileSync(said, 'utf8').split('\n').slice(0, -1);
    for (; read < lines.length; read++) {
      const { saw, look, texts, failed, done } = JSON.parse(lines[read]);
      if (saw) console.log(`  ${saw}`);
      if (look) await show(look, texts, page, said);
      if (failed || done) await picture(page, `${name}-end`);
      if (failed) return failed;
      if (done) return undefined;
    }
  }
  await picture(page, `${name}-end`);
  return 'the driver does not come to an end';
}

/** Waits for texts on the screen, and tells the driver; closes what asks a question. */
async function show(what, texts, page, said) {
  for (let tries = 0; tries < 500; tries++) {
    const screen = await page.text();
    if (texts.every((text) => screen.includes(text))) {
      await picture(page, what);
      await page.press('Escape');
      writeFileSync(`${said}.seen-${what}`, '');
      return;
    }
    await sleep(100);
  }
  console.log(`not on the screen: ${texts.join(', ')}\n${await page.text()}`);
}

async function picture(page, name) {
  if (!values.screenshots) return;
  mkdirSync(values.screenshots, { recursive: true });
  writeFileSync(join(values.screenshots, `${name}.png`), await page.screenshot());
}

/** 1 if a server of this project outlives the editor. */
async function leftRunning(project) {
  const program = (pid) => {
    try {
      return readlinkSync(`/proc/${pid}/exe`);
    } catch {
      return '';
    }
  };
  const isLeft = () =>
    readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && program(pid).startsWith(project));
  for (let tries = 0; tries < 50; tries++) {
    if (!isLeft()) return 0;
    await sleep(100);
  }
  console.log('the language server goes on running');
  return 1;
}
