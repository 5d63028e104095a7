import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { findProgram, type Surroundings } from '../src/binary.ts';

const top = realpathSync(mkdtempSync(join(tmpdir(), 'connect-lint-')));
after(() => rmSync(top, { recursive: true }));

let project: string;
let around: Surroundings;
let count = 0;

beforeEach(() => {
  const here = join(top, String(count++));
  project = join(here, 'project');
  mkdirSync(project, { recursive: true });
  around = {
    setting: null,
    folders: [project],
    trusted: true,
    extension: join(here, 'extension'),
    path: [join(here, 'bin'), '', '.'].join(':'),
    platform: 'linux',
    arch: 'x64',
  };
});

function write(path: string, text = '', mode = 0o644): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

const program = (...parts: string[]) => write(join(...parts), '#!/bin/sh\n', 0o755);
const on = (name: string) => program(dirname(around.extension), 'bin', name);

/** The npm package as it is published, in one of the layouts of package managers. */
function installPackage(modules: string, home = modules): string {
  const optionalDependencies = {
    '@connect-lint/linux-x64': '1.0.0',
    '@connect-lint/linux-x64-musl': '1.0.0',
    '@connect-lint/linux-arm64': '1.0.0',
  };
  const folder = join(modules, 'connect-lint');
  write(join(folder, 'package.json'), JSON.stringify({ optionalDependencies }));
  return program(home, '@connect-lint', 'linux-x64', 'bin', 'connect-lint');
}

test('the setting comes first, and is not passed over', () => {
  on('connect-lint');
  const set = program(project, 'tools', 'connect-lint');
  for (const setting of [set, ' tools/connect-lint ', '${workspaceFolder}/tools/connect-lint']) {
    const found = findProgram({ ...around, setting });
    assert.deepEqual(found, { found: true, program: set, origin: 'setting' });
  }
  const missing = findProgram({ ...around, setting: 'tools/other' });
  assert.deepEqual(missing, { found: false, tried: [join(project, 'tools/other')] });
  const home = findProgram({ ...around, setting: '~/no/such/connect-lint' });
  assert.deepEqual(home, { found: false, tried: [join(homedir(), 'no/such/connect-lint')] });
});

test("the project's package comes before the extension, and this before PATH", () => {
  const expect = (origin: string, program: string) =>
    assert.deepEqual(findProgram(around), { found: true, program, origin });
  expect('PATH', on('connect-lint'));
  expect('extension', program(around.extension, 'bin', 'connect-lint'));
  expect('project', program(project, 'node_modules', '.bin', 'connect-lint'));
  expect('project', installPackage(join(project, 'node_modules')));
});

test('the native program is found in the layouts of npm, pnpm and nested packages', () => {
  const modules = join(project, 'node_modules');
  const nested = installPackage(modules, join(modules, 'connect-lint', 'node_modules'));
  assert.deepEqual(findProgram(around), { found: true, program: nested, origin: 'project' });

  const other = join(project, 'other');
  const store = join(other, 'node_modules', '.pnpm', 'connect-lint@1.0.0', 'node_modules');
  const linked = installPackage(store);
  symlinkSync(join(store, 'connect-lint'), join(other, 'node_modules', 'connect-lint'));
  const found = findProgram({ ...around, folders: [other] });
  assert.deepEqual(found, { found: true, program: linked, origin: 'project' });
});

test('nothing of an untrusted workspace is run', () => {
  installPackage(join(project, 'node_modules'));
  program(project, 'node_modules', '.bin', 'connect-lint');
  assert.equal(findProgram({ ...around, trusted: false }).found, false);
});

test('what is no program does not count, nor is the current folder searched', () => {
  mkdirSync(join(around.extension, 'bin', 'connect-lint'), { recursive: true });
  write(join(project, 'node_modules', 'connect-lint', 'package.json'), '{');
  write(join(project, 'node_modules', '.bin', 'connect-lint'), 'not executable');
  assert.deepEqual(findProgram(around), {
    found: false,
    tried: [
      join(project, 'node_modules/.bin/connect-lint'),
      join(around.extension, 'bin/connect-lint'),
      join(dirname(around.extension), 'bin/connect-lint'),
    ],
  });
  assert.equal(findProgram({ ...around, path: undefined, folders: [] }).found, false);
});

test('on Windows it is a file .exe, and scripts are not started', () => {
  const there = program(around.extension, 'bin', 'connect-lint.exe');
  program(project, 'node_modules', '.bin', 'connect-lint');
  const found = findProgram({ ...around, platform: 'win32' });
  assert.deepEqual(found, { found: true, program: there, origin: 'extension' });
});
