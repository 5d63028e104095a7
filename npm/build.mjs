#!/usr/bin/env node
// Makes the packages for npm: `connect-lint`, and one with the program for each platform.
//
// node npm/build.mjs --out FOLDER PROGRAM…
//
// A PROGRAM is TARGET=FILE with a target of platforms.json. Version, description, licence and
// repository are those of Cargo.toml. Every platform is a dependency, whether its program is given
// or not, as a release needs all of them: --all fails if one is not given.
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = fileURLToPath(new URL('.', import.meta.url));
const top = join(here, '..');
const platforms = JSON.parse(readFileSync(join(here, 'platforms.json'), 'utf8'));
const licences = ['LICENSE-MIT', 'LICENSE-APACHE'];

const { values, positionals } = parseArgs({
  options: { out: { type: 'string' }, all: { type: 'boolean', default: false } },
  allowPositionals: true,
});
if (values.out === undefined) usage('give --out');
const programs = new Map(positionals.map(program));
const left = platforms.filter(({ target }) => !programs.has(target));
if (values.all && left.length > 0) usage(`no program for ${left.map((p) => p.target).join(', ')}`);

const crate = manifest();
for (const platform of platforms) {
  const file = programs.get(platform.target);
  if (file !== undefined) ofPlatform(platform, file);
}
ofAll();

function usage(message) {
  console.error(`${message}\nusage: node npm/build.mjs --out FOLDER [--all] [TARGET=FILE]…`);
  process.exit(2);
}

function program(text) {
  const at = text.indexOf('=');
  const target = text.slice(0, at);
  if (!platforms.some((p) => p.target === target)) usage(`${text} is not TARGET=FILE`);
  return [target, text.slice(at + 1)];
}

/** The texts of `[package]` in Cargo.toml: the one place where the version stands. */
function manifest() {
  const text = readFileSync(join(top, 'Cargo.toml'), 'utf8');
  const section = /^\[package\]$([\s\S]*?)^\[/m.exec(text)[1];
  const texts = section.matchAll(/^([\w-]+) = "(.*)"$/gm);
  return Object.fromEntries(Array.from(texts, ([, key, value]) => [key, value]));
}

function common() {
  const { version, license, repository } = crate;
  return {
    version,
    license,
    homepage: `${repository}#readme`,
    repository: { type: 'git', url: `git+${repository}.git`, directory: 'npm' },
    bugs: `${repository}/issues`,
  };
}

function ofPlatform({ name, target, os, cpu, libc }, file) {
  const full = `@connect-lint/${name}`;
  const folder = emptied(name);
  const windows = os === 'win32';
  const path = `bin/connect-lint${windows ? '.exe' : ''}`;
  mkdirSync(join(folder, 'bin'));
  copyFileSync(file, join(folder, path));
  chmodSync(join(folder, path), 0o755);
  write(folder, {
    name: full,
    description: `The program of connect-lint for ${target}`,
    ...common(),
    files: ['bin'],
    // Plug'n'Play of Yarn runs no program from an archive.
    preferUnplugged: true,
    os: [os],
    cpu: [cpu],
    ...(libc === undefined ? {} : { libc: [libc] }),
    publishConfig: { access: 'public' },
  });
  const text = `# ${full}\n\nThe program of [connect-lint](${crate.repository}) for ${target}. Install \`connect-lint\`, which starts it.\n`;
  writeFileSync(join(folder, 'README.md'), text);
}

function ofAll() {
  const folder = emptied('connect-lint');
  cpSync(join(here, 'connect-lint'), folder, { recursive: true });
  chmodSync(join(folder, 'bin/connect-lint.js'), 0o755);
  const { name, ...rest } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const names = platforms.map((platform) => `@connect-lint/${platform.name}`);
  write(folder, {
    name,
    description: crate.description,
    ...common(),
    ...rest,
    optionalDependencies: Object.fromEntries(names.map((full) => [full, crate.version])),
  });
}

function emptied(name) {
  const folder = join(values.out, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const licence of licences) copyFileSync(join(top, licence), join(folder, licence));
  return folder;
}

function write(folder, content) {
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(content, null, 2)}\n`);
}
