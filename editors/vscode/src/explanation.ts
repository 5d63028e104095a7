/** Opens the page that explains a finding, which the server names with each. */

import { type Diagnostic, env, languages, type TextEditor, type Uri, window } from 'vscode';

const SOURCE = 'connect-lint';

interface Explained {
  label: string;
  description: string;
  page: Uri;
}

/** Of the finding at the cursor; where there is none, of one of the file that the user picks. */
export async function openExplanation(): Promise<void> {
  const editor = window.activeTextEditor;
  const explained = editor ? (atCursor(editor) ?? (await picked(editor))) : undefined;
  if (explained) {
    await env.openExternal(explained.page);
  }
}

function findings(editor: TextEditor): Diagnostic[] {
  const all = languages.getDiagnostics(editor.document.uri);
  return all.filter((diagnostic) => diagnostic.source === SOURCE);
}

function atCursor(editor: TextEditor): Explained | undefined {
  const found = findings(editor).find(({ range }) => range.contains(editor.selection.active));
  return found && explain(found);
}

async function picked(editor: TextEditor): Promise<Explained | undefined> {
  const choices = findings(editor).flatMap((diagnostic) => explain(diagnostic) ?? []);
  if (choices.length === 0) {
    void window.showInformationMessage('connect-lint has no finding in this file.');
    return undefined;
  }
  return window.showQuickPick(choices, { title: 'Explain' });
}

function explain({ code, message }: Diagnostic): Explained | undefined {
  return typeof code === 'object'
    ? { label: String(code.value), description: message, page: code.target }
    : undefined;
}
