// Hands the reports to what reads them, and opens the page in a real browser.
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CHECKS as OF_FORMATS } from './formats.mjs';
import { Browser, CHECKS as OF_PAGES } from './page.mjs';
import * as projects from './projects.mjs';
import { reports } from './tools.mjs';

const { values } = parseArgs({ options: { binary: { type: 'string' }, screenshots: { type: 'string' } } });
if (!values.binary) {
  console.error('tests/reports/run --binary PATH [--screenshots FOLDER]');
  process.exit(2);
}
const binary = realpathSync(values.binary);
const work = mkdtempSync(join(tmpdir(), 'connect-lint-reports-'));
const folder = (...names) => {
  const path = join(work, ...names);
  mkdirSync(path, { recursive: true });
  return path;
};

let passed = 0;
let failed = 0;
async function check(name, work) {
  try {
    await work();
    passed += 1;
  } catch (error) {
    failed += 1;
    console.log(`failed: ${name}\n${error.stack}`);
  }
}

let browser;
try {
  projects.hostile(folder('hostile'));
  projects.large(folder('large'));
  const all = {
    site: reports(binary, fileURLToPath(new URL('../../fixtures/site', import.meta.url)), folder('of-site')),
    hostile: reports(binary, join(work, 'hostile'), folder('of-hostile')),
    large: reports(binary, join(work, 'large'), folder('of-large')),
  };
  for (const [project, report] of Object.entries(all)) {
    for (const [name, of] of Object.entries(OF_FORMATS)) await check(`${project}: ${name}`, () => of(report));
  }
  browser = await Browser.start(values.screenshots);
  for (const [project, report] of Object.entries(all)) {
    for (const [name, of] of Object.entries(OF_PAGES[project])) await check(`${project}: ${name}`, () => of(browser, report));
  }
} finally {
  await browser?.stop();
  rmSync(work, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
