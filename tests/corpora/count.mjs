// How many direct calls have a known origin, in checkouts of real front ends:
//
//   node tests/corpora/count.mjs [--binary FILE] [--list FILE] [--env | --configured] FOLDER...
//
// A place is where a sink stands in a source, whatever calls lead there. Its origin is known when
// that of every URL found for it is: absolute with the host ended, relative, or from `location`.
// «Before» sees each file for itself and only what is said at the sink; «after» is the tool as it
// is. Places of service workers that pass on `event.request` are no endpoints.
// --list writes every place as JSON. Analysis alone reads neither .env files nor configuration;
// --env reads the .env files that the folder has, --configured the connect-lint.toml that is kept
// here for it: the places are the same, calls of declared clients are counted beside them.
// scope.json says what of a folder is no front end of its own.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIRECT = new Set([
  'fetch', 'fetchLater', 'Request', 'XMLHttpRequest.open', 'WebSocket', 'EventSource',
  'navigator.sendBeacon', 'WebTransport', 'a[ping]', 'area[ping]',
]);
const PASSED_ON = /^it is passed on to `(.*)` here$/;

const options = { binary: 'target/release/connect-lint', folders: [] };
for (let rest = process.argv.slice(2); rest.length > 0; ) {
  const arg = rest.shift();
  if (arg === '--binary') options.binary = rest.shift();
  else if (arg === '--list') options.list = rest.shift();
  else if (arg === '--env') options.flags = ['--no-config'];
  else if (arg === '--configured') options.configured = true;
  else options.folders.push(arg);
}
options.binary = resolve(options.binary);

const ALONE = ['--no-config', '--no-env-files'];

/** The rows of a run over a folder; `'self'` tells whose origin is known: it covers them or not. */
function rows(cwd, flags) {
  const judged = ['check', '--policy', "connect-src 'self'", '--fail-on', 'never', '--format', 'json'];
  const run = spawnSync(options.binary, [...judged, ...flags, '.'], { cwd, maxBuffer: 1 << 30 });
  if (run.status !== 0) throw new Error(`${cwd}: ${run.stderr}`);
  return JSON.parse(run.stdout).endpoints.filter((row) => DIRECT.has(row.api));
}

/** Whether the origin is known: the verdict is certain, and not only by what a host ends with, or
 * it is not certain for another reason (a `fetch` that is handed in) or for a page at `//…`. */
function isKnown({ pattern, verdict }) {
  const host = /^[a-z][a-z+.-]*:\/\/([^/?#]*)/i.exec(pattern)?.[1];
  if (host !== undefined && /\{(?!location\.)/.test(host)) return false;
  if (verdict === 'allowed' || verdict === 'blocked') return true;
  return /^(https?|wss?):\/\/[^{/?#]+[/?#]|^\/([^/\\{]|$)|^\{location\./i.test(pattern);
}

function at(place) {
  return `${place.file}:${place.line}:${place.column}`;
}

/** Where the sink of a row stands. */
function sinkOf(row) {
  const steps = row.trail.filter((step) => PASSED_ON.test(step.note));
  return steps.at(-1) ?? row;
}

/** The rows of each place. */
function places(rows) {
  const out = new Map();
  for (const row of rows) {
    const sink = sinkOf(row);
    const key = `${row.api} ${at(sink)}`;
    if (!out.has(key)) out.set(key, { key, api: row.api, file: sink.file, line: sink.line, rows: [] });
    out.get(key).rows.push({ ...row, known: isKnown(row), here: at(row) === at(sink) });
  }
  return out;
}

/** The places of one file, seen alone. */
function alone(folder, file) {
  const temporary = mkdtempSync(join(tmpdir(), 'count-'));
  try {
    mkdirSync(join(temporary, dirname(file)), { recursive: true });
    cpSync(join(folder, file), join(temporary, file));
    return places(rows(temporary, ALONE));
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

/** The flags of a run that sees the whole program. */
function flagsOf(folder) {
  const config = fileURLToPath(new URL(`${basename(folder)}/connect-lint.toml`, import.meta.url));
  return options.configured && existsSync(config) ? ['--config', config] : (options.flags ?? ALONE);
}

function count(folder) {
  const scope = JSON.parse(readFileSync(new URL('scope.json', import.meta.url)))[basename(folder)] ?? {};
  const isFront = (file) => !(scope.not ?? []).some((prefix) => file.startsWith(prefix));
  const sinks = places(rows(folder, ALONE));
  const all = [...places(rows(folder, flagsOf(folder))).values()].filter((p) => isFront(p.file));
  const after = all.filter((p) => sinks.has(p.key));
  const clients = all.filter((p) => !sinks.has(p.key)).flatMap((p) => p.rows);
  if (clients.length > 0) {
    const known = clients.filter((row) => row.known).length;
    console.error(`${basename(folder)}: ${known} of ${clients.length} rows of declared clients known`);
  }
  const files = new Map();
  for (const place of after) {
    if (!files.has(place.file)) files.set(place.file, alone(folder, place.file));
    const before = files.get(place.file).get(place.key);
    place.before = before !== undefined && before.rows.every((row) => row.known && row.here);
    place.all = place.rows.every((row) => row.known);
    place.any = place.rows.some((row) => row.known);
  }
  return after.filter((place) => !place.rows.every((row) => row.pattern === '{event.request}'));
}

const percent = (n, of) => (of === 0 ? '-' : `${((100 * n) / of).toFixed(0)}%`);
const total = { places: 0, before: 0, all: 0, any: 0, rows: 0, known: 0 };
const listed = [];
const shares = { before: [], all: [], any: [] };
const line = (name, c) =>
  console.log(
    `| ${name} | ${c.places} | ${c.before} (${percent(c.before, c.places)}) | ${c.all} (${percent(c.all, c.places)}) ` +
      `| ${c.any} (${percent(c.any, c.places)}) | ${c.known}/${c.rows} (${percent(c.known, c.rows)}) |`,
  );
console.log('| front end | places | before | after | after, any URL | rows |\n|---|---|---|---|---|---|');
for (const folder of options.folders) {
  const found = count(folder);
  const rows = found.flatMap((place) => place.rows);
  const number = (key) => found.filter((place) => place[key]).length;
  const c = {
    places: found.length, before: number('before'), all: number('all'), any: number('any'),
    rows: rows.length, known: rows.filter((row) => row.known).length,
  };
  for (const key of Object.keys(total)) total[key] += c[key];
  if (c.places >= 3) for (const key of Object.keys(shares)) shares[key].push(c[key] / c.places);
  line(basename(folder), c);
  listed.push({ name: basename(folder), places: found });
}
line('all', total);
const mean = (list) => `${((100 * list.reduce((a, b) => a + b, 0)) / list.length).toFixed(0)}%`;
console.log(`| mean of those with 3 places or more (${shares.all.length}) | | ${mean(shares.before)} | ${mean(shares.all)} | ${mean(shares.any)} | |`);
if (options.list) writeFileSync(options.list, JSON.stringify(listed, null, 1));
