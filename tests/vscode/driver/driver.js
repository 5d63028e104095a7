// Runs in VS Code's extension host beside the extension, and sees what it shows through VS Code.
const assert = require('node:assert/strict');
const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');
const vscode = require('vscode');

const BLOCKED = "blocked: PAYMENTS + '/charge'";
const said = process.env.CONNECT_LINT_SAID;

exports.activate = async () => {
  const checks = { trusted, untrusted, bundled };
  try {
    await checks[process.env.CONNECT_LINT_SESSION](vscode.workspace.workspaceFolders[0].uri);
    tell({ done: true });
  } catch (error) {
    tell({ failed: error.stack ?? String(error) });
  }
};

function tell(what) {
  appendFileSync(said, `${JSON.stringify(what)}\n`);
}

function saw(what) {
  tell({ saw: what });
}

/** Waits until something is so, and hands on what it is. */
async function until(what, probe) {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    const result = await probe();
    if (result) {
      saw(what);
      return result;
    }
    await sleep(50);
  }
  throw new Error(`waited in vain: ${what}\n${everyFinding()}`);
}

/** Has the browser look for texts on the screen. */
async function look(what, ...texts) {
  tell({ look: what, texts });
  await until(what, () => existsSync(`${said}.seen-${what}`));
}

const run = vscode.commands.executeCommand;
const settings = () => vscode.workspace.getConfiguration('connect-lint');

function everyFinding() {
  const all = vscode.languages.getDiagnostics();
  return all.map(([uri, found]) => `${uri.path}: ${JSON.stringify(found)}`).join('\n');
}

function findingsOf(document) {
  const found = vscode.languages.getDiagnostics(document.uri);
  const ours = found.filter(({ source }) => source === 'connect-lint');
  return ours.map(({ code, range }) => `${code.value}: ${document.getText(range)}`).join('\n');
}

function untilFindings(what, document, wanted) {
  return until(what, () => findingsOf(document) === wanted);
}

async function replace(document, old, text) {
  const at = document.getText().indexOf(old);
  assert.ok(at >= 0, `${old} is not there`);
  const [start, end] = [document.positionAt(at), document.positionAt(at + old.length)];
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(start, end), text);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

async function trusted(folder) {
  assert.ok(vscode.workspace.isTrusted);
  const uri = vscode.Uri.joinPath(folder, 'app.js');
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document);
  const extension = vscode.extensions.getExtension('connect-lint.connect-lint');
  await until('the extension is active', () => extension.isActive);

  await untilFindings('a blocked call is shown, once', document, BLOCKED);
  const [finding] = vscode.languages.getDiagnostics(uri);
  assert.equal(finding.severity, vscode.DiagnosticSeverity.Error);
  assert.match(finding.message, /https:\/\/pay\.shop\.test/);
  assert.match(String(finding.code.target), /docs\/codes\/blocked\.md$/);
  const related = finding.relatedInformation ?? [];
  assert.ok(related.length > 0, 'no related information');
  saw('with its severity, message, the page that explains it and related places');

  const page = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder, 'index.html'));
  const inPage = "blocked: 'https://log.shop.test/seen'";
  await untilFindings('calls in pages are shown', page, inPage);

  const place = finding.range.start;
  const hovers = await run('vscode.executeHoverProvider', uri, place);
  const hover = hovers.flatMap(({ contents }) => contents.map((c) => c.value ?? c)).join('\n');
  assert.match(hover, /https:\/\/pay\.shop\.test\/charge/);
  assert.match(hover, /blocked/);
  saw('hovering over the URL tells what it is and the verdict');

  await run('workbench.actions.view.problems');
  await look('the-problems-view', 'https://pay.shop.test');
  await vscode.window.showTextDocument(document);
  editor.selection = new vscode.Selection(place, place);
  const explained = run('connect-lint.explainFinding');
  await look('a-question-to-open-the-explanation', 'docs/codes/blocked.md');
  await explained;

  await replace(document, '日', '日本語 😀😀');
  await replace(document, 'pay.shop', 'api.shop');
  await untilFindings('a change that is not saved counts', document, '');
  await replace(document, 'api.shop', 'pay.shop');
  await untilFindings('behind such characters too', document, BLOCKED);

  await hints(document);
  await repair(folder, document);

  await run('connect-lint.restart');
  await untilFindings('a server that is started again shows the same', document, BLOCKED);
  await settings().update('enable', false);
  await untilFindings('turned off, it shows nothing', document, '');
  await settings().update('enable', undefined);
  await untilFindings('turned on, it shows all', document, BLOCKED);
}

/** Verdicts at the calls, by settings that the server asks for. */
async function hints(document) {
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  const asked = () => run('vscode.executeInlayHintProvider', document.uri, whole);
  assert.deepEqual(await asked(), []);
  await settings().update('inlayHints.enable', true);
  await until('inlay hints come with their setting', async () => (await asked()).length > 0);
  await settings().update('inlayHints.enable', undefined);
  await until('and go with it', async () => (await asked()).length === 0);
  const lenses = () => run('vscode.executeCodeLensProvider', document.uri);
  await settings().update('codeLens.enable', true);
  await until('code lenses too', async () => (await lenses()).length > 0);
  await settings().update('codeLens.enable', undefined);
}

/** The policy in its own file. */
async function repair(folder, document) {
  const [finding] = vscode.languages.getDiagnostics(document.uri);
  const actions = async (range, kind) => {
    // The last is of how many edits are worked out.
    return run('vscode.executeCodeActionProvider', document.uri, range, kind, 20);
  };
  const offered = await actions(finding.range);
  const titles = offered.map(({ title }) => title);
  const repairs = offered.filter(({ title }) => title.startsWith('Add `https://pay.shop.test` to'));
  assert.equal(repairs.length, 1, titles.join(', '));
  assert.ok(titles.includes('Ignore `blocked` on this line, with a reason'), titles.join(', '));
  const none = new vscode.Range(0, 0, 0, 0);
  const [all] = await actions(none, 'source.fixAll.connect-lint');
  const edits = all.edit.entries().flatMap(([, edits]) => edits);
  assert.deepEqual(
    edits.map(({ newText }) => newText),
    [' https://pay.shop.test'],
  );
  saw('code actions repair one or all, or silence the finding');
  assert.ok(await vscode.workspace.applyEdit(repairs[0].edit));
  await untilFindings('the finding goes away with the action', document, '');
  await vscode.workspace.saveAll();
  const uri = vscode.Uri.joinPath(folder, '_headers');
  const written = () => readFileSync(uri.fsPath, 'utf8');
  await until('the policy is written', () => written().includes(' https://pay.shop.test\n'));

  const headers = await vscode.workspace.openTextDocument(uri);
  await replace(headers, ' https://pay.shop.test', ' ');
  await untilFindings('a change of the policy counts unsaved', document, BLOCKED);
  const end = headers.lineAt(1).range.end;
  const { items } = await run('vscode.executeCompletionItemProvider', uri, end);
  const labels = items.map(({ label }) => label.label ?? label);
  assert.ok(labels.includes('https://pay.shop.test'), labels.join(', '));
  saw('the policy is completed with what is needed');
  await vscode.workspace.saveAll();
}

/** What comes with the extension is run in every folder. */
async function bundled(folder) {
  assert.ok(!vscode.workspace.isTrusted);
  const uri = vscode.Uri.joinPath(folder, 'app.js');
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  await untilFindings('a blocked call is shown by the program in the package', document, BLOCKED);
}

/** What lies in a workspace that is not trusted is not run. */
async function untrusted(folder) {
  assert.ok(!vscode.workspace.isTrusted);
  const uri = vscode.Uri.joinPath(folder, 'app.js');
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
  const extension = vscode.extensions.getExtension('connect-lint.connect-lint');
  await until('the extension is active', () => extension.isActive);
  await look('that-nothing-is-run', 'the program is not found in node_modules');
  assert.deepEqual(vscode.languages.getDiagnostics(uri), []);
}
