// Chromium without a screen, driven over its own protocol.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Starts it on a page; what it stores goes into the folder `profile`. */
export async function open(url, profile) {
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];
  flags.push('--no-first-run', '--window-size=1400,900', '--remote-debugging-port=0');
  const child = spawn('chromium', [...flags, `--user-data-dir=${profile}`, url], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const port = await debuggingPort(child);
  const pages = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
  const { webSocketDebuggerUrl } = pages.find(({ type }) => type === 'page');
  const socket = new WebSocket(webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error('Chromium does not answer'));
  });
  return new Page(child, socket);
}

async function debuggingPort(child) {
  for await (const line of createInterface({ input: child.stderr })) {
    const port = /^DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(line)?.[1];
    if (port) {
      child.stderr.resume();
      return port;
    }
  }
  throw new Error('Chromium does not start');
}

class Page {
  #child;
  #socket;
  #asked = new Map();
  #next = 0;

  constructor(child, socket) {
    this.#child = child;
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const { id, result, error } = JSON.parse(data);
      const asked = this.#asked.get(id);
      this.#asked.delete(id);
      if (error) asked?.reject(new Error(error.message));
      else asked?.resolve(result);
    };
  }

  #ask(method, params = {}) {
    const id = this.#next++;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) => this.#asked.set(id, { resolve, reject }));
  }

  /** What can be read on the page. */
  async text() {
    const expression = 'document.body.innerText';
    const { result } = await this.#ask('Runtime.evaluate', { expression, returnByValue: true });
    return String(result.value ?? '');
  }

  async press(key) {
    for (const type of ['keyDown', 'keyUp']) {
      await this.#ask('Input.dispatchKeyEvent', { type, key, code: key, windowsVirtualKeyCode: 27 });
    }
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
