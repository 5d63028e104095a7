/** The one language server of a window: found, started, stopped, started again. */

import {
  commands,
  type Disposable,
  env,
  type LogOutputChannel,
  Uri,
  window,
  workspace,
} from 'vscode';
import {
  State as ClientState,
  type Executable,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
} from 'vscode-languageclient/node';
import { findProgram, type Lookup } from './binary.ts';
import { SELECTOR } from './documents.ts';
import { initializationOptions, isEnabled, programPath, SECTION } from './settings.ts';
import type { Status } from './status.ts';

const INSTALL_PAGE = 'https://github.com/connect-lint/connect-lint/blob/main/docs/editors.md';

export class Server implements Disposable {
  readonly #extension: string;
  readonly #output: LogOutputChannel;
  readonly #status: Status;
  #client: LanguageClient | undefined;
  /** Starts and stops follow each other: settings can change while a server starts. */
  #last: Promise<void> = Promise.resolve();

  constructor(extension: string, output: LogOutputChannel, status: Status) {
    this.#extension = extension;
    this.#output = output;
    this.#status = status;
  }

  /** Stops the server, if one runs, and starts one, if it is wanted. */
  restart(): Promise<void> {
    return this.#then(async () => {
      await this.#stop();
      if (isEnabled()) {
        await this.#start();
      }
    });
  }

  stop(): Promise<void> {
    return this.#then(() => this.#stop());
  }

  dispose(): void {
    void this.stop();
  }

  #then(action: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(action);
    return this.#last;
  }

  async #start(): Promise<void> {
    const lookup = this.#find();
    if (!lookup.found) {
      this.#status.show({ is: 'missing' });
      void this.#tellMissing(lookup.tried);
      return;
    }
    this.#output.info(`${lookup.program} (from: ${lookup.origin})`);
    this.#status.show({ is: 'starting' });
    this.#client = this.#clientOf(lookup.program);
    try {
      await this.#client.start();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#output.error(why);
      this.#status.show({ is: 'failed', why: 'the server does not start' });
      void this.#tellFailed(lookup.program);
    }
  }

  #find(): Lookup {
    return findProgram({
      setting: programPath(),
      folders: (workspace.workspaceFolders ?? [])
        .filter((folder) => folder.uri.scheme === 'file')
        .map((folder) => folder.uri.fsPath),
      trusted: workspace.isTrusted,
      extension: this.#extension,
      path: process.env.PATH,
      platform: process.platform,
      arch: process.arch,
    });
  }

  #clientOf(program: string): LanguageClient {
    const run: Executable = { command: program, args: ['lsp'] };
    const options: LanguageClientOptions = {
      documentSelector: SELECTOR,
      outputChannel: this.#output,
      traceOutputChannel: this.#output,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions,
      synchronize: { configurationSection: SECTION },
    };
    const client = new LanguageClient(SECTION, 'connect-lint', run, options);
    client.onDidChangeState(({ newState }) => {
      if (newState === ClientState.Running) {
        const version = client.initializeResult?.serverInfo?.version ?? '';
        this.#status.show({ is: 'running', version, program });
      } else if (newState === ClientState.Stopped && client === this.#client) {
        this.#status.show({ is: 'failed', why: 'the server has stopped' });
      }
    });
    return client;
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#status.show({ is: 'off' });
    if (client) {
      // One that never ran has nothing to shut down, and says so.
      await client.dispose().catch((error) => this.#output.debug(String(error)));
    }
  }

  async #tellMissing(tried: string[]): Promise<void> {
    this.#output.error(`no connect-lint program at any of:\n${tried.join('\n')}`);
    const set = programPath()?.trim();
    const message = set
      ? `connect-lint: there is no program at ${tried[0]}, which \`connect-lint.path\` names.`
      : 'connect-lint: the program is not found in node_modules, in the extension or on PATH.';
    const chosen = await window.showErrorMessage(message, 'Open Settings', 'How to Install');
    if (chosen === 'How to Install') {
      await env.openExternal(Uri.parse(INSTALL_PAGE));
    } else if (chosen) {
      await commands.executeCommand('workbench.action.openSettings', `${SECTION}.path`);
    }
  }

  async #tellFailed(program: string): Promise<void> {
    const message = `connect-lint: ${program} does not start as a language server.`;
    if (await window.showErrorMessage(message, 'Show Output')) {
      this.#output.show();
    }
  }
}
