/** The settings, named as in `package.json`; the server reads its own of them by the same names. */

import { type ConfigurationChangeEvent, workspace } from 'vscode';

export const SECTION = 'connect-lint';

/** Settings that another server is started for; the others are the server's to read again. */
const RESTARTING = ['enable', 'path'];

export function isEnabled(): boolean {
  return workspace.getConfiguration(SECTION).get('enable', true);
}

export function programPath(): string | null | undefined {
  return workspace.getConfiguration(SECTION).get<string | null>('path');
}

export function needsRestart(change: ConfigurationChangeEvent): boolean {
  return RESTARTING.some((name) => change.affectsConfiguration(`${SECTION}.${name}`));
}

/** What the server is started with; it asks for the settings of each folder once it runs. */
export function initializationOptions(): object {
  // Leaves out the functions that the settings of VS Code come with.
  return JSON.parse(JSON.stringify(workspace.getConfiguration(SECTION)));
}
