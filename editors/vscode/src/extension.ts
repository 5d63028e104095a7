/** What VS Code calls: everything else hangs on a `Server`. */

import { commands, type ExtensionContext, window, workspace } from 'vscode';
import { openExplanation } from './explanation.ts';
import { Server } from './server.ts';
import { needsRestart } from './settings.ts';
import { Status } from './status.ts';

let server: Server | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const output = window.createOutputChannel('connect-lint', { log: true });
  const status = new Status();
  const started = new Server(context.extensionPath, output, status);
  server = started;
  context.subscriptions.push(
    output,
    status,
    commands.registerCommand('connect-lint.restart', () => started.restart()),
    commands.registerCommand('connect-lint.showOutput', () => output.show()),
    // Not `connect-lint.openExplanation`: that is the server's, which the client registers.
    commands.registerCommand('connect-lint.explainFinding', openExplanation),
    workspace.onDidChangeConfiguration((change) => {
      if (needsRestart(change)) {
        void started.restart();
      }
    }),
    // Now what lies in the workspace may be run.
    workspace.onDidGrantWorkspaceTrust(() => started.restart()),
  );
  await started.restart();
}

/** VS Code waits for this before it ends the window's process. */
export async function deactivate(): Promise<void> {
  await server?.stop();
  server = undefined;
}
