const fs = require('node:fs');
const vscode = require('vscode');
exports.activate = () => {
  fs.appendFileSync(process.env.CONNECT_LINT_SAID, JSON.stringify({ exts: vscode.extensions.all.map((e) => e.id).filter((i) => /connect/.test(i)), trusted: vscode.workspace.isTrusted, v: vscode.version, path: process.env.PATH }) + '\n');
};
