// A registry of npm packages for the test: the archives of a folder, on a port of its own choice,
// which it prints.
//
// node registry.mjs FOLDER
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const folder = process.argv[2];
const packages = new Map();
for (const file of readdirSync(folder).filter((name) => name.endsWith('.tgz'))) {
  const text = execFileSync('tar', ['-xzOf', join(folder, file), 'package/package.json']);
  const manifest = JSON.parse(text);
  const content = readFileSync(join(folder, file));
  const integrity = `sha512-${createHash('sha512').update(content).digest('base64')}`;
  packages.set(manifest.name, { manifest, file, integrity });
}

const server = createServer((request, response) => {
  const path = decodeURIComponent(request.url).slice(1);
  if (path.endsWith('.tgz')) {
    response.end(readFileSync(join(folder, path.split('/').pop())));
    return;
  }
  const found = packages.get(path);
  if (found === undefined) {
    response.writeHead(404).end('{}');
    return;
  }
  const { manifest, file, integrity } = found;
  const tarball = `http://127.0.0.1:${server.address().port}/-/${file}`;
  const { name, version } = manifest;
  const entry = { ...manifest, dist: { tarball, integrity } };
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ name, 'dist-tags': { latest: version }, versions: { [version]: entry } }));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
