#!/usr/bin/env node
// Runs the program of the package for this platform, an optional dependency of this one.
'use strict';

const { spawn } = require('node:child_process');
const { constants } = require('node:os');

// The run itself is at fault: the program's own exit code for that.
const AT_FAULT = 2;

/** The packages that may hold the program, the best one first. */
function packages() {
  const name = `@connect-lint/${process.platform}-${process.arch}`;
  if (process.platform !== 'linux') return [name];
  // The static program runs with glibc too; where there is none, only that one does.
  return hasGlibc() ? [name, `${name}-musl`] : [`${name}-musl`];
}

function hasGlibc() {
  // Without this, old versions of Node look up names in the network for their report.
  process.report.excludeNetwork = true;
  return Boolean(process.report.getReport().header.glibcVersionRuntime);
}

/** Where the program is; nothing where it is not installed. */
function program() {
  const file = process.platform === 'win32' ? 'connect-lint.exe' : 'connect-lint';
  for (const name of packages()) {
    try {
      return require.resolve(`${name}/bin/${file}`);
    } catch {
      // The next one.
    }
  }
  return undefined;
}

function missing() {
  const known = Object.keys(require('../package.json').optionalDependencies);
  const [wanted] = packages();
  if (!known.includes(wanted)) {
    return `there is no program for ${process.platform} on ${process.arch}.
Build it with Rust: cargo install --locked connect-lint`;
  }
  return `the package ${wanted} is not installed.
It holds the program for this platform and is an optional dependency of connect-lint. It is missing
if optional dependencies are left out (--omit=optional, --no-optional), or if node_modules or a
lockfile was made on another platform. To repair that, install again on this one:
  npm install connect-lint
Another program can be named: CONNECT_LINT_BINARY=/path/to/connect-lint`;
}

function fail(message) {
  process.stderr.write(`connect-lint: ${message}\n`);
  process.exitCode = AT_FAULT;
}

function run(path) {
  const child = spawn(path, process.argv.slice(2), { stdio: 'inherit', windowsHide: true });
  // What ends this process ends the program; it decides how.
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const forward = (signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, forward);
  child.on('error', (error) => fail(`cannot run ${path}: ${error.message}`));
  child.on('exit', (code, signal) => {
    for (const name of signals) process.off(name, forward);
    if (signal === null) {
      process.exitCode = code;
      return;
    }
    // Ends as the program did, or else with what shells make of it.
    process.exitCode = 128 + constants.signals[signal];
    process.kill(process.pid, signal);
  });
}

const path = process.env.CONNECT_LINT_BINARY || program();
if (path === undefined) {
  fail(missing());
} else {
  run(path);
}
