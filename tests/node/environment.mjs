// What build tools make of the environment, asked of themselves.
import fs from 'node:fs';
import path from 'node:path';
import dotenv from 'dotenv';
import expand from 'dotenv-expand';
import next from '@next/env';
import { loadEnv } from 'vite';

/** Runs with an environment of its own, which loaders read and write. */
async function apart(work) {
  const before = { ...process.env };
  const replace = (values) => {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, values);
  };
  replace({ PATH: before.PATH });
  try { return await work(); } finally { replace(before); }
}

/** Vite: `import.meta.env`, by its own loader; the mode `development` stands for its server. */
function vite(dir, mode) {
  const env = loadEnv(mode, dir, 'VITE_');
  const DEV = mode === 'development' || process.env.VITE_USER_NODE_ENV === 'development';
  return { 'import.meta.env': { ...env, BASE_URL: '/', MODE: mode, DEV, PROD: !DEV, SSR: false },
    'process.env': { NODE_ENV: DEV ? 'development' : 'production' } };
}

/** Create React App: the files and their order of `react-scripts/config/env.js`, which cannot be
 * called without a project; the parsers are those that it uses. */
function cra(dir, mode) {
  const names = [`.env.${mode}.local`, mode !== 'test' && '.env.local', `.env.${mode}`, '.env'];
  process.env.NODE_ENV = mode;
  for (const name of names.filter(Boolean)) {
    const file = path.join(dir, name);
    if (fs.existsSync(file)) expand(dotenv.config({ path: file }));
  }
  const given = Object.entries(process.env).filter(([name]) => /^REACT_APP_/i.test(name));
  return { 'process.env': { ...Object.fromEntries(given), NODE_ENV: mode, PUBLIC_URL: '' } };
}

/** Next.js: `process.env.NEXT_PUBLIC_*`, by its own loader. */
function nextJs(dir, mode) {
  process.env.NODE_ENV = mode;
  const { combinedEnv } = next.loadEnvConfig(dir, mode === 'development', { info() {}, error() {} }, true);
  const given = Object.entries(combinedEnv).filter(([name]) => name.startsWith('NEXT_PUBLIC_'));
  return { 'process.env': { ...Object.fromEntries(given), NODE_ENV: mode } };
}

const TOOLS = { vite, cra, next: nextJs };

/** What `import.meta.env` and `process.env` are: `tool mode`, or no tool at all. */
export async function environmentOf(header, dir) {
  const [tool, mode = 'production'] = (header ?? '').split(' ');
  const none = { 'import.meta.env': { BASE_URL: '/', MODE: 'production', DEV: false, PROD: true, SSR: false },
    'process.env': { NODE_ENV: 'production' } };
  const found = tool ? await apart(() => TOOLS[tool](dir, mode)) : {};
  return { ...none, ...found };
}
