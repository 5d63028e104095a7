import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const extension = fileURLToPath(new URL('..', import.meta.url));

test('a package is built, its script is one file that needs the editor only', () => {
  const folder = mkdtempSync(join(tmpdir(), 'connect-lint-'));
  try {
    const vsix = join(folder, 'connect-lint.vsix');
    const vsce = join(extension, 'node_modules', '@vscode', 'vsce', 'vsce');
    const built = ['package', '--no-dependencies', '--out', vsix];
    execFileSync(process.execPath, [vsce, ...built], { cwd: extension, stdio: 'pipe' });
    assert.equal(readFileSync(vsix).subarray(0, 2).toString(), 'PK');
  } finally {
    rmSync(folder, { recursive: true });
  }
  const script = readFileSync(join(extension, 'dist', 'extension.cjs'), 'utf8');
  const builtin = new Set(['vscode', ...process.getBuiltinModule('module').builtinModules]);
  for (const [, name] of script.matchAll(/\brequire\("([^"]+)"\)/g)) {
    assert.ok(builtin.has(String(name).replace(/^node:/, '')), `${name} is not bundled`);
  }
});

test('the package holds what is needed and nothing else', async () => {
  const { listFiles } = createRequire(import.meta.url)('@vscode/vsce');
  const files: string[] = await listFiles({ cwd: extension, packageManager: 0 });
  const allowed = /^(package\.json|icon\.png|README\.md|CHANGELOG\.md|LICENSE|bin\/[^/]+)$/;
  const left = files.filter((file) => !allowed.test(file));
  assert.deepEqual(left.sort(), ['dist/LICENSES.txt', 'dist/extension.cjs']);
});
