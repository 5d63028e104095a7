// Serves a folder as `netlify dev` does, by the packages that decide it there: `@netlify/headers`
// and `@netlify/static`. The whole of `netlify-cli` is 420 MB.
//
// node netlify.mjs PROJECT PUBLISHED-FOLDER PORT
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { HeadersHandler } from '@netlify/headers';
import { StaticHandler } from '@netlify/static';

const [projectDir, publishDir, port] = process.argv.slice(2);
const toml = path.join(projectDir, 'netlify.toml');
const headers = new HeadersHandler({
  configPath: fs.existsSync(toml) ? toml : undefined,
  projectDir,
  publishDir,
  logger: console,
});
const files = new StaticHandler({ directory: path.join(projectDir, publishDir) });

// As the `handle` of `@netlify/dev`: the response of a file, then the headers of its path.
const respond = async (request) => {
  const match = (await files.match(request)) ?? (await files.match(new Request(new URL('/404.html', request.url))));
  const response = match ? await match.handle() : new Response('', { status: 404 });
  // HTTP cannot carry the line breaks that a value may have.
  await headers.apply(request, undefined, (name, value) => {
    response.headers.set(name, value.replace(/\s*\n\s*/g, ' '));
  });
  return response;
};

http
  .createServer(async (request, out) => {
    try {
      const response = await respond(new Request(new URL(request.url, 'http://127.0.0.1')));
      out.writeHead(response.status, Object.fromEntries(response.headers));
      out.end(Buffer.from(await response.arrayBuffer()));
    } catch (error) {
      console.error(error);
      out.writeHead(500).end();
    }
  })
  .listen(Number(port), '127.0.0.1');
