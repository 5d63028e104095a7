// Serves a site of a `firebase.json` with superstatic, as `firebase serve` does.
//
// node firebase.cjs PROJECT SITE PORT     SITE: the target's name, or `-` for the only one
const fs = require('node:fs');
const path = require('node:path');
const superstatic = require('superstatic');

const [project, site, port] = process.argv.slice(2);
// The comments of the fixtures stand on lines of their own.
const text = fs.readFileSync(path.join(project, 'firebase.json'), 'utf8').replace(/^\s*\/\/.*$/gm, '');
const { hosting } = JSON.parse(text);
const config = [hosting].flat().find((one) => site === '-' || one.target === site);

superstatic.server({ config, cwd: project, port: Number(port), hostname: '127.0.0.1' }).listen();
