// A window whose network APIs write down what they are asked for, and what is shared by the two
// scripts that run cases in it.
import vm from 'node:vm';

const MAX_COMBINATIONS = 36;
export const PAGES = ['https://page.example/dir/index.html?q=1#top', 'http://page.example:8080/dir/'];

/** Every combination of the given values, up to a bound. */
export function combinations(given) {
  let all = [[]];
  for (const { name, values } of given) {
    const list = vm.runInNewContext(`[${values}]`);
    all = all.flatMap((before) => list.map((_, i) => [...before, { name, values, i }]));
  }
  return all.slice(0, MAX_COMBINATIONS);
}

/** A window whose network APIs write down what they are asked for. */
export function makeWindow(pageUrl) {
  const calls = [];
  const listeners = [];
  const timers = [];
  const record = (api, url) => calls.push([api, String(url)]);
  const window = vm.createContext({});
  const give = (values) => Object.assign(window, values);
  const promise = vm.runInContext('(v) => Promise.resolve(v)', window);

  class Request {
    #given;
    constructor(input) {
      this.#given = input instanceof Request ? input.#given : String(input);
      this.url = new URL(this.#given, pageUrl).href;
    }
    get method() { return 'GET'; }
    get headers() { return new Headers(); }
    get signal() { return new AbortController().signal; }
    clone() { return new Request(this); }
    static givenOf(input) { return input instanceof Request ? input.#given : input; }
  }
  const response = () => ({
    ok: true, status: 200, body: {}, headers: new Headers({ 'content-type': 'application/json' }),
    json: () => promise(window.responseData ?? {}),
    text: () => promise(window.responseData ? JSON.stringify(window.responseData) : ''),
    clone: response,
  });
  const requests = (api) => (input) => {
    record(api, Request.givenOf(input));
    return promise(response());
  };
  const fetch = requests('fetch');
  class Emitter {
    addEventListener(type, listener) { listeners.push(listener); }
    removeEventListener() {}
    close() {}
    send() {}
  }
  class XMLHttpRequest extends Emitter {
    onloadend = null;
    upload = new Emitter();
    readyState = 0;
    open(method, url) { record('XMLHttpRequest.open', url); }
    setRequestHeader() {}
    getAllResponseHeaders() { return ''; }
    getResponseHeader() { return null; }
    abort() {}
    send() {
      const text = JSON.stringify(window.responseData ?? {});
      const done = { readyState: 4, status: 200, statusText: 'OK', responseText: text, response: text };
      queueMicrotask(() => {
        Object.assign(this, done);
        for (const name of ['onreadystatechange', 'onload', 'onloadend']) this[name]?.({ target: this });
      });
    }
  }
  const constructed = (api) => class extends Emitter {
    constructor(url) { super(); record(api, url); }
  };
  class Cache {
    add(input) { record('Cache.add', Request.givenOf(input)); return promise(); }
    addAll(list) {
      for (const input of list) record('Cache.addAll', Request.givenOf(input));
      return promise();
    }
    put() { return promise(); }
    match() { return promise(); }
  }
  const cache = new Cache();
  const words = (text) => String(text).split(/[\t\n\f\r ]+/).filter(Boolean);
  const element = (tag) => {
    const attributes = {};
    const set = (name, value) => {
      attributes[name] = String(value);
      if (name === 'ping' && (tag === 'a' || tag === 'area')) {
        for (const url of words(value)) record(`${tag}[ping]`, url);
      }
    };
    const node = {
      tagName: tag.toUpperCase(), dataset: {}, style: {}, classList: { add() {} },
      setAttribute: (name, value) => set(String(name).toLowerCase(), value),
      getAttribute: (name) => attributes[name] ?? null,
      addEventListener: (type, listener) => listeners.push(listener),
      append() {}, appendChild() {}, remove() {}, click() {},
    };
    for (const name of ['ping', 'href', 'rel', 'as', 'id', 'src']) {
      Object.defineProperty(node, name, {
        get: () => attributes[name] ?? '', set: (value) => set(name, value),
      });
    }
    node.connect = () => {
      const { rel, as, href } = attributes;
      if (rel === 'preload' && as === 'fetch') record('link[rel=preload]', href);
      if (rel === 'modulepreload' && as === 'json') record('link[rel=modulepreload]', href);
    };
    return node;
  };
  const location = new URL(pageUrl);
  Object.assign(location, { assign() {}, replace() {}, reload() {} });
  const connect = (node) => node?.connect?.();
  const document = {
    location, defaultView: window, URL: pageUrl, documentURI: pageUrl, baseURI: pageUrl,
    domain: location.hostname, cookie: '', readyState: 'complete',
    createElement: (tag) => element(String(tag).toLowerCase()),
    querySelector: (selector) => element(/^[a-z]*/.exec(selector)[0]),
    getElementById: () => element('div'),
    addEventListener: (type, listener) => listeners.push(listener),
    head: { append: connect, appendChild: connect }, body: { append: connect, appendChild: connect },
  };
  const backgroundFetch = {
    fetch(id, list) {
      const inputs = Array.isArray(list) ? list : [list];
      for (const input of inputs) record('BackgroundFetchManager.fetch', Request.givenOf(input));
      return promise();
    },
  };
  const navigator = {
    sendBeacon(url) { record('navigator.sendBeacon', url); return true; },
    serviceWorker: { ready: promise({ backgroundFetch }) },
    credentials: {
      get(options) {
        for (const provider of options?.identity?.providers ?? []) {
          record('navigator.credentials.get', provider.configURL);
        }
        return promise(null);
      },
    },
    userAgent: 'stub', onLine: true, language: 'en',
  };
  const later = (callback, _, ...given) => {
    if (typeof callback === 'function') timers.push(given.length ? () => callback(...given) : callback);
    return 1;
  };
  give({
    window, self: window, frames: window, top: window, parent: window,
    location, document, navigator, origin: location.origin,
    isSecureContext: location.protocol === 'https:',
    fetch, fetchLater: requests('fetchLater'), Request, XMLHttpRequest, Cache,
    WebSocket: constructed('WebSocket'), WebSocketStream: constructed('WebSocketStream'),
    EventSource: constructed('EventSource'), WebTransport: constructed('WebTransport'),
    caches: { open: () => promise(cache), match: () => promise() },
    indexedDB: { open: () => ({}) }, open: () => ({}),
    localStorage: { getItem: () => null, setItem() {} },
    URL, URLSearchParams, Headers, Response, FormData, Blob, AbortController, AbortSignal,
    TextEncoder, TextDecoder, ReadableStream, Event, EventTarget, DOMException,
    atob, btoa, structuredClone, queueMicrotask,
    console: { log() {}, warn() {}, error() {}, info() {}, debug() {} },
    setTimeout: later, setInterval: later, requestAnimationFrame: later,
    requestIdleCallback: later, clearTimeout() {}, clearInterval() {},
    addEventListener: (type, listener) => listeners.push(listener),
  });
  return { window, calls, listeners, timers };
}

/** Sets `a.b.c` in the window to one of the values of a `given` line. */
export function place(window, { name, values, i }) {
  const value = vm.runInContext(`[${values}][${i}]`, window);
  const steps = name.split('.');
  const last = steps.pop();
  let object = window;
  for (const step of steps) object = object[step] ??= {};
  object[last] = value;
}

export const settle = async () => {
  for (let i = 0; i < 4; i++) await new Promise((done) => setImmediate(done));
};

/** Lets a script end: what it awaits, its timers, its listeners. Returns the first error. */
export async function run({ window, listeners, timers }, start) {
  let error = null;
  const guard = async (work) => {
    try { await work(); } catch (e) { error ??= String(e?.stack ?? e).split('\n')[0]; }
  };
  const unhandled = (e) => { error ??= String(e); };
  process.on('unhandledRejection', unhandled);
  await guard(start);
  await settle();
  for (let round = 0; round < 3; round++) {
    for (const callback of [...timers.splice(0), ...listeners.splice(0)]) {
      const call = typeof callback === 'function' ? callback : callback?.handleEvent?.bind(callback);
      if (call) await guard(() => call({ type: 'event', data: 'x', target: {}, preventDefault() {}, request: new window.Request('/from-page'), respondWith() {}, waitUntil() {} }));
    }
    await settle();
  }
  process.off('unhandledRejection', unhandled);
  return error;
}
