import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { LANGUAGES, POLICY_FILES } from '../src/documents.ts';

const here = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const manifest = JSON.parse(here('package.json'));

test('the extension starts for the languages that the server is told of', () => {
  const languages = LANGUAGES.map((language) => `onLanguage:${language}`);
  const wanted = [...languages, 'workspaceContains:connect-lint.toml'];
  assert.deepEqual(manifest.activationEvents, wanted);
  assert.ok(POLICY_FILES.includes(manifest.contributes.tomlValidation[0].fileMatch));
});

test('each command that is offered exists, and none else', () => {
  const offered = manifest.contributes.commands.map(({ command }: { command: string }) => command);
  const registered = here('src/extension.ts').matchAll(/registerCommand\('([^']+)'/g);
  assert.deepEqual(
    Array.from(registered, (match) => match[1]),
    offered,
  );
});

test('the version is that of the program', () => {
  assert.ok(here('../../Cargo.toml').includes(`\nversion = "${manifest.version}"\n`));
});

test('what can name a program to run is not read from an untrusted workspace', () => {
  const settings = Object.entries<{ scope: string }>(manifest.contributes.configuration.properties);
  const machine = settings.filter(([, { scope }]) => scope === 'machine-overridable');
  assert.deepEqual(
    machine.map(([name]) => name),
    manifest.capabilities.untrustedWorkspaces.restrictedConfigurations,
  );
});
