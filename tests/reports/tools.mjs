// Running the binary and the tools that read its reports.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

export const FORMATS = ['json', 'jsonl', 'compact', 'sarif', 'github', 'gitlab', 'rdjsonl', 'checkstyle', 'junit', 'markdown', 'html'];

/** All reports of a project at once, as texts by format. */
export function reports(binary, project, out, args = []) {
  const outputs = FORMATS.flatMap((format) => ['--output', `${format}=${join(out, format)}`]);
  const env = { ...process.env };
  for (const name of ['GITHUB_ACTIONS', 'GITHUB_WORKSPACE', 'CI_PROJECT_DIR']) delete env[name];
  const ran = spawnSync(binary, ['check', '--quiet', ...args, ...outputs].filter((arg) => arg !== '--quiet'), {
    cwd: project,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (![0, 1].includes(ran.status)) throw new Error(`connect-lint: ${ran.status} ${ran.stderr}`);
  const texts = Object.fromEntries(FORMATS.map((format) => [format, readFileSync(join(out, format), 'utf8')]));
  return { out, texts, json: JSON.parse(texts.json), text: ran.stdout };
}

/** What a program of an npm package prints. */
export function tool(name, args, input) {
  return execFileSync(join(here, 'node_modules', '.bin', name), args, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
}

/** What the Multitool finds wrong with a SARIF file: errors and warnings. */
export function multitool(file) {
  const program = join(here, 'node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool');
  const args = ['validate', file, '--output', `${file}.validated`, '--log', 'ForceOverwrite', '--rule-kind', 'Sarif;Ghas'];
  // Debian's image has no ICU; nothing here depends on a culture.
  const env = { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' };
  const ran = spawnSync(program, [...args, '--level', 'Error;Warning'], { env, encoding: 'utf8' });
  if (ran.error) throw ran.error;
  const log = JSON.parse(readFileSync(`${file}.validated`, 'utf8'));
  const found = log.runs.flatMap((run) => run.results ?? []);
  const told = (run) => (run.invocations ?? []).flatMap((one) => one.toolExecutionNotifications ?? []);
  const failed = log.runs.flatMap(told).filter((one) => one.level === 'error');
  return [...found.map((one) => `${one.ruleId} ${JSON.stringify(one.message)}`), ...failed.map((one) => one.message.text)];
}

/** Whether xmllint takes the file. */
export function xmllint(file) {
  const ran = spawnSync('xmllint', ['--noout', '--nonet', '--huge', file], { encoding: 'utf8' });
  if (ran.error) throw ran.error;
  return ran.status === 0 ? [] : [ran.stderr];
}
