// Chromium without a screen, driven over its protocol.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Starts it on a page; `profile` is its folder. */
export async function open(url, profile) {
  const flags = [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--no-first-run',
    '--window-size=1400,900',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
  ];
  const child = spawn('chromium', [...flags, url], { stdio: ['ignore', 'ignore', 'pipe'] });
  const port = await debuggingPort(child);
  const pages = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
  const page = pages.find(({ type }) => type === 'page');
  const socket = new WebSocket(page.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error('Chromium does not answer'));
  });
  return new Page(child, socket);
}

async function debuggingPort(child) {
  for await (const line of createInterface({ input: child.stderr })) {
    const port = /^DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(line)?.[1];
    if (port) return port;
  }
  throw new Error('Chromium does not start');
}

class Page {
  #child;
  #socket;
  #asked = new Map();

  constructor(child, socket) {
    this.#child = child;
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const { id, result, error } = JSON.parse(data);
      const [resolve, reject] = this.#asked.get(id) ?? [];
      this.#asked.delete(id);
      if (error) reject?.(new Error(error.message));
      else resolve?.(result);
    };
  }

  #ask(method, params = {}) {
    const id = this.#asked.size + 1 + Math.floor(Math.random() * 1e9);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((...settle) => this.#asked.set(id, settle));
  }

  /** The value of an expression in the page. */
  async evaluate(expression) {
    const { result } = await this.#ask('Runtime.evaluate', { expression, returnByValue: true });
    return result.value;
  }

  /** A picture, as PNG. */
  async screenshot() {
    const { data } = await this.#ask('Page.captureScreenshot', { format: 'png' });
    return Buffer.from(data, 'base64');
  }

  async close() {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill();
    await ended;
  }
}
