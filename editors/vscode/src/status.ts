/** The entry in the language status (`{}` in the status bar). */

import { type Disposable, LanguageStatusSeverity, languages } from 'vscode';
import { LANGUAGES } from './documents.ts';

export type State =
  | { is: 'starting' }
  | { is: 'running'; version: string; program: string }
  | { is: 'off' }
  | { is: 'missing' }
  | { is: 'failed'; why: string };

export class Status implements Disposable {
  readonly #item = languages.createLanguageStatusItem('connect-lint', [...LANGUAGES]);

  constructor() {
    this.#item.name = 'connect-lint';
    this.show({ is: 'off' });
  }

  show(state: State): void {
    const item = this.#item;
    item.busy = state.is === 'starting';
    item.severity =
      state.is === 'missing' || state.is === 'failed'
        ? LanguageStatusSeverity.Error
        : LanguageStatusSeverity.Information;
    [item.text, item.detail] = words(state);
    item.command =
      state.is === 'running'
        ? { command: 'connect-lint.restart', title: 'Restart' }
        : { command: 'connect-lint.showOutput', title: 'Output' };
  }

  dispose(): void {
    this.#item.dispose();
  }
}

function words(state: State): [text: string, detail: string] {
  switch (state.is) {
    case 'starting':
      return ['connect-lint', 'starts'];
    case 'running':
      return [`connect-lint ${state.version}`, state.program];
    case 'off':
      return ['connect-lint', 'is off'];
    case 'missing':
      return ['connect-lint', 'the program is not found'];
    case 'failed':
      return ['connect-lint', state.why];
  }
}
