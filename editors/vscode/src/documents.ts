/** Which documents the server is told of. */

import type { DocumentSelector } from 'vscode-languageclient/node';

/** The languages whose calls are judged; `package.json` starts the extension for them. */
export const LANGUAGES = [
  'html',
  'javascript',
  'javascriptreact',
  'typescript',
  'typescriptreact',
] as const;

/**
 * Files that hold policies, whatever their language; see "Where policies are found" in
 * `docs/reference.md`. The server looks at a text itself, so that a file too many costs little.
 */
export const POLICY_FILES = [
  'connect-lint.toml',
  '_headers',
  'netlify.toml',
  'vercel.json',
  'now.json',
  'firebase.json',
  'staticwebapp.config.json',
  'tauri.conf.json',
  'Tauri.toml',
  'manifest.json',
  'Caddyfile*',
  '*.caddyfile',
  '.htaccess',
  '*.conf',
  '*.vhost',
  '*.nginx',
] as const;

/** Only files on the disk: the server reads the rest of the program there. */
export const SELECTOR: DocumentSelector = [
  ...LANGUAGES.map((language) => ({ scheme: 'file', language })),
  { scheme: 'file', pattern: `**/{${POLICY_FILES.join(',')}}` },
  { scheme: 'file', language: 'python', pattern: '**/*settings*.py' },
  { scheme: 'file', language: 'ruby', pattern: '**/config/**/*.rb' },
];
