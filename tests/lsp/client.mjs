// A client of the language server, made of the protocol's own library, and projects to open in it.
import { spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, writeFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import rpc from 'vscode-jsonrpc/node.js';
import lsp from 'vscode-languageserver-protocol/node.js';

export { lsp, rpc };

/** The binary that is tested. */
export const binary = process.env.CONNECT_LINT;

/** What has become of a file on disk, in `workspace/didChangeWatchedFiles`. */
export const CREATED = 1;
export const CHANGED = 2;
export const DELETED = 3;

/** Tells the server of files that changed on disk. */
export const told = (client, ...changes) => client.notify('workspace/didChangeWatchedFiles', { changes });

/** How long to wait for something, in milliseconds. */
const PATIENCE = 30_000;

/** A folder with these files, which is gone after the test. */
export function project(test, files) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'connect-lint-lsp-')));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  const of = {
    folder,
    path: (name) => join(folder, name),
    uri: (name) => pathToFileURL(join(folder, name)).href,
    write(name, text) {
      mkdirSync(dirname(of.path(name)), { recursive: true });
      writeFileSync(of.path(name), text);
    },
  };
  for (const [name, text] of Object.entries(files)) of.write(name, text);
  return of;
}

/** What a client of today can do; tests change it. */
export function capabilities() {
  return {
    general: { positionEncodings: ['utf-16'] },
    window: { workDoneProgress: true, showDocument: { support: true } },
    workspace: {
      configuration: true,
      workspaceFolders: true,
      didChangeConfiguration: { dynamicRegistration: true },
      didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true },
      workspaceEdit: { documentChanges: true },
      applyEdit: true,
      diagnostics: { refreshSupport: true },
      inlayHint: { refreshSupport: true },
      codeLens: { refreshSupport: true },
    },
    textDocument: {
      publishDiagnostics: {
        relatedInformation: true,
        versionSupport: true,
        codeDescriptionSupport: true,
        dataSupport: true,
        tagSupport: { valueSet: [1, 2] },
      },
      codeAction: {
        codeActionLiteralSupport: { codeActionKind: { valueSet: ['', 'quickfix', 'source', 'source.fixAll'] } },
        dataSupport: true,
        resolveSupport: { properties: ['edit'] },
      },
      hover: { contentFormat: ['markdown', 'plaintext'] },
      completion: { completionItem: { documentationFormat: ['markdown', 'plaintext'] } },
    },
  };
}

/** Starts a server; it must end by itself after the test. */
export class Client {
  /** The newest diagnostics of each document. */
  diagnostics = new Map();
  /** All that was published, in order. */
  published = [];
  logs = [];
  /** What is registered now. */
  registrations = [];
  /** Called with each registration before it is made. */
  beforeRegistering = () => {};
  progress = [];
  shownDocuments = [];
  refreshes = 0;
  /** How often the settings were asked for. */
  asked = 0;
  settings = {};
  /** What a folder's settings are, where they are others. */
  ofFolder = new Map();
  #listeners = new Set();

  static async start(test, { folders = [], options = {}, settings, change = () => {} } = {}) {
    const client = new Client();
    if (settings) client.settings = settings;
    client.process = spawn(binary, ['lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'pipe'] });
    client.stderr = '';
    client.process.stderr.on('data', (data) => (client.stderr += data));
    client.exited = new Promise((resolve) => client.process.on('exit', (code) => resolve(code)));
    client.connection = lsp.createProtocolConnection(
      new rpc.StreamMessageReader(client.process.stdout),
      new rpc.StreamMessageWriter(client.process.stdin),
      { error() {}, warn() {}, info() {}, log() {} },
    );
    client.#listen();
    client.connection.listen();
    test.after(() => client.stop());
    const able = capabilities();
    change(able, client);
    client.result = await client.request('initialize', {
      processId: process.pid,
      clientInfo: { name: 'test' },
      rootUri: folders[0]?.uri('') ?? null,
      workspaceFolders: folders.map((folder) => ({ uri: folder.uri(''), name: folder.folder })),
      capabilities: able,
      initializationOptions: settings ?? {},
      ...options,
    });
    await client.notify('initialized', {});
    return client;
  }

  #listen() {
    const { connection } = this;
    const heard = () => this.#listeners.forEach((listener) => listener());
    connection.onNotification('textDocument/publishDiagnostics', (params) => {
      this.diagnostics.set(params.uri, params);
      this.published.push(params);
      heard();
    });
    connection.onNotification('window/logMessage', (params) => {
      this.logs.push(params);
      heard();
    });
    connection.onNotification('$/progress', (params) => this.progress.push(params));
    connection.onRequest('workspace/configuration', ({ items }) => {
      this.asked += 1;
      heard();
      return items.map((item) => this.ofFolder.get(item.scopeUri) ?? this.settings);
    });
    connection.onRequest('client/registerCapability', ({ registrations }) => {
      registrations.forEach((one) => this.beforeRegistering(one));
      const known = registrations.find(({ id }) => this.registrations.some((one) => one.id === id));
      if (known) throw new Error(`${known.id} is registered already`);
      this.registrations.push(...registrations);
      heard();
    });
    connection.onRequest('client/unregisterCapability', ({ unregisterations }) => {
      for (const { id, method } of unregisterations) {
        const at = this.registrations.findIndex((one) => one.id === id && one.method === method);
        if (at < 0) throw new Error(`${id} of ${method} is not registered`);
        this.registrations.splice(at, 1);
      }
      heard();
    });
    connection.onRequest('window/workDoneProgress/create', () => null);
    connection.onRequest('window/showDocument', (params) => {
      this.shownDocuments.push(params);
      return { success: true };
    });
    for (const what of ['diagnostic', 'inlayHint', 'codeLens']) {
      connection.onRequest(`workspace/${what}/refresh`, () => {
        if (what === 'diagnostic') this.refreshes += 1;
        heard();
        return null;
      });
    }
    this.edits = [];
    connection.onRequest('workspace/applyEdit', (params) => {
      this.edits.push(params.edit);
      return { applied: true };
    });
  }

  request(method, params, ...token) {
    return params === undefined
      ? this.connection.sendRequest(method)
      : this.connection.sendRequest(method, params, ...token);
  }

  notify(method, params) {
    return this.connection.sendNotification(method, params);
  }

  /** Waits until a condition holds. */
  async until(holds, what = String(holds)) {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      const value = holds();
      if (value) return value;
      if (Date.now() > deadline) {
        throw new Error(`never: ${what}\n${JSON.stringify([...this.diagnostics.values()], null, 1)}\n${JSON.stringify(this.logs)}\n${this.stderr}`);
      }
      await new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          this.#listeners.delete(done);
          resolve();
        };
        const timer = setTimeout(done, 500);
        this.#listeners.add(done);
      });
    }
  }

  open(uri, text, version = 1, languageId = 'javascript') {
    return this.notify('textDocument/didOpen', { textDocument: { uri, languageId, version, text } });
  }

  change(uri, version, ...contentChanges) {
    return this.notify('textDocument/didChange', { textDocument: { uri, version }, contentChanges });
  }

  /** The diagnostics of a document, once those of a version are published. */
  async of(uri, version) {
    await this.until(() => this.diagnostics.get(uri)?.version === version, `version ${version} of ${uri}`);
    return this.diagnostics.get(uri).diagnostics;
  }

  /** The diagnostics of a document, once they are so. */
  async once(uri, holds) {
    await this.until(() => {
      const params = this.diagnostics.get(uri);
      return params && holds(params.diagnostics);
    }, `${holds} of ${uri}`);
    return this.diagnostics.get(uri).diagnostics;
  }

  codes(uri) {
    return (this.diagnostics.get(uri)?.diagnostics ?? []).map((one) => one.code);
  }

  async stop() {
    if (this.process.exitCode !== null) return this.exited;
    await this.request('shutdown').catch(() => {});
    await this.notify('exit').catch(() => {});
    const code = await this.exited;
    this.connection.dispose();
    return code;
  }
}

/** A text after edits of the protocol, in UTF-16. */
export function edited(text, edits) {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  const at = ({ line, character }) => Math.min((starts[line] ?? text.length) + character, text.length);
  const sorted = edits.toSorted((a, b) => at(b.range.start) - at(a.range.start));
  return sorted.reduce(
    (text, edit) => text.slice(0, at(edit.range.start)) + edit.newText + text.slice(at(edit.range.end)),
    text,
  );
}
