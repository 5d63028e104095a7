mimport data from './data.json' with { type: 'json' };
export * from './a'; export { b as default } from './b';
class C extends D { static #p = new URL('/x?y=1', location.href); async *m() { yield fetch(C.#p); } static { this.q ||= '/q'; } }
enum: for await (const x of [1, 2].map((n) => `/${n}`.replace(/\//g, '-').concat('z').slice(1))) { new WebSocket(x); break enum; }
