//// let with all assignments known
// given: c = true, false
let u; if (c) u = '/a'; else u = '/b'; fetch(u);
//// let with a default
// given: c = true, false
let u = '/a'; if (c) { u = '/b'; } fetch(u);
//// reassignment kills
let u = '/a'; u = '/b'; fetch(u); u = '/c';
//// appending
let u = '/a'; u += '/b'; u += '?c=' + 1; fetch(u);
//// appending in branches
// given: c = true, false
let u = '/a'; if (c) u += '/b'; fetch(u);
//// appending in a loop
// allow: fetch /a # the loop may not run
let u = '/a'; for (const x of ['b', 'c']) u += '/' + x; fetch(u);
//// switch assignment
// given: m = 'a', 'b', 'c'
let u; switch (m) { case 'a': u = '/a'; break; case 'b': u = '/b'; break; default: u = '/d'; } fetch(u);
//// switch falls through
// allow: fetch /a # whether a case falls through is not followed
// given: m = 'a', 'b', 'c'
let u = '/z'; switch (m) { case 'a': u = '/a'; case 'b': u += '/b'; break; } fetch(u);
//// switch with returns
// given: m = 'a', 'b', 'c'
function url() { switch (m) { case 'a': return '/a'; case 'b': return '/b'; default: return '/c'; } } fetch(url());
//// try assigns and throws after
// allow: fetch /a # any point of the try block may throw
let u = '/a'; try { u = '/b'; throw new Error(); } catch (e) { } fetch(u);
//// try assigns and a call throws
// given: work = () => {}, () => { throw 1; }
let u = '/a'; try { work(); u = '/b'; } catch { } fetch(u);
//// catch assigns
// given: work = () => {}, () => { throw 1; }
let u; try { u = '/a'; work(); } catch { u = '/b'; } fetch(u);
//// use in catch after an assignment in try
// given: work = () => { throw 1; }
let u = '/a'; try { u = '/b'; work(); u = '/c'; } catch { fetch(u); }
// allow: fetch /a # any point of the try block may throw
// allow: fetch /c # any point of the try block may throw
//// finally assigns
let u = '/a'; try { u = '/b'; } finally { u = '/c'; } fetch(u);
//// use in finally
// given: work = () => {}, () => { throw 1; }
// throws
let u = '/a'; try { work(); u = '/b'; } finally { fetch(u); }
//// early return
// given: c = true, false
function f() { if (c) return fetch('/a'); fetch('/b'); } f();
//// early return of a value
// given: c = true, false
function url() { if (c) return '/a'; return '/b'; } fetch(url());
//// throw instead of a value
// given: c = true
function url(x) { if (!x) throw new Error('x'); return '/a'; } fetch(url(c));
//// conditional and logical operators
// hole: the given value itself
// given: c = true, false
// given: v = '', '/v'
fetch(c ? '/a' : '/b'); fetch(v || '/c'); fetch(v ? v : '/d'); fetch(c && '/e' || '/f'); fetch(null ?? '/g'); fetch((c && v) || '/h');
//// nested conditionals
// given: a = true, false
// given: b = true, false
fetch('/x' + (a ? (b ? '/1' : '/2') : '/3') + '/y');
//// logical assignment
// hole: the given value itself
// given: v = null, '', '/v'
let a = v; a ||= '/a'; fetch(a); let b = null; b ??= '/b'; fetch(b); let c = '/c'; c &&= '/d'; fetch(c); let d = '/e'; d ||= '/never'; fetch(d);
// allow: fetch /never # both outcomes of a logical assignment are kept
// allow: fetch /c # both outcomes of a logical assignment are kept
//// assignment in an expression
let u; fetch(u = '/a'); fetch(u); const v = (u = '/b'); fetch(v + u);
//// chained assignment
let a, b; a = b = '/a'; fetch(a); fetch(b);
//// assignment in a condition
// given: get = () => '/x', () => null
let m; if ((m = get())) { fetch('/p' + m); } else { fetch('/none'); }
//// while loop
let i = 0; let u = '/a'; while (i < 2) { fetch(u); u = '/b'; i++; }
//// do while loop
// allow: fetch /a # how often the loop runs is not followed
// allow: fetch /a/x # how often the loop runs is not followed
let u = '/a'; do { u = u + '/x'; } while (u.length < 6); fetch(u);
// hole: it grows in a loop
//// for loop over indices
const list = ['/a', '/b']; for (let i = 0; i < list.length; i++) fetch(list[i]);
//// for loop with a counter in the path
for (let i = 0; i < 2; i++) fetch(`/page/${i}`);
//// for of
for (const u of ['/a', '/b']) fetch(u); const more = ['c', 'd']; for (let x of more) { x = '/' + x; fetch(x); }
//// for of with destructuring
for (const [name, path] of [['a', '/1'], ['b', '/2']]) fetch(`/${name}${path}`); for (const { u, v = '/d' } of [{ u: '/a' }, { u: '/b', v: '/c' }]) fetch(u + v);
// allow: fetch /a/2 # parts of an element are combined freely
// allow: fetch /b/1 # parts of an element are combined freely
// allow: fetch /a/c # parts of an element are combined freely
// allow: fetch /b/d # parts of an element are combined freely
//// for of entries
for (const [k, v] of Object.entries({ a: '/1', b: '/2' })) fetch(v); for (const [i, u] of ['/x', '/y'].entries()) fetch(u);
//// for in
const o = { a: '/1', b: '/2' }; for (const k in o) fetch(o[k]);
//// for in keys
const o = { a: 1, b: 2 }; for (const k in o) fetch('/k/' + k);
//// for each with index
['a', 'b'].forEach((x, i) => fetch(`/${x}/${i}`));
//// assigned in an inner function
let u = '/a'; function set() { u = '/b'; } set(); fetch(u);
// allow: fetch /a # whether set() has run is not followed
//// assigned in a callback
// allow: fetch /b # whether the callback has run is not followed
let u = '/a'; addEventListener('x', () => { u = '/b'; }); setTimeout(() => fetch(u)); fetch(u);
//// assigned in another closure
// hole: the parameter of a method
function make() { let u = '/a'; return { set(v) { u = v; }, go() { fetch(u); } }; } const m = make(); m.go(); m.set('/z'); m.go();
//// assigned from a response
// given: config = { base: '/x' }
let base; async function init() { base = config.base; } async function go() { await init(); fetch(base + '/y'); } go();
//// set before use through await
let token = ''; let base = '/a'; async function go() { base = '/b'; await fetch('/x'); fetch(base); } go();
//// counter increments
let n = 1; n++; fetch('/' + n); let m = 1; m += 2; fetch('/m' + m); let k = 5; k -= 1; fetch('/k' + k);
//// increments in a closure
let n = 0; const next = () => `/id/${n++}`; fetch(next()); fetch(next());
//// swapped by destructuring
let a = '/a', b = '/b'; [a, b] = [b, a]; fetch(a); fetch(b);
// hole: it depends on itself
// allow: fetch /b # both are kept
// allow: fetch /a # both are kept
//// assignment pattern
let a, b, rest; ({ a, x: b = '/d', ...rest } = { a: '/a', y: '/y' }); fetch(a); fetch(b); fetch(rest.y); [a, b] = ['/1', '/2']; fetch(a + b);
//// deep conditions on the same value
// given: env = 'prod', 'stage', 'dev'
const base = env === 'prod' ? 'https://api.example' : env === 'stage' ? 'https://stage.example' : 'http://localhost:3000'; fetch(base + '/v1');
//// lookup by an unknown key
// given: env = 'prod', 'dev'
const hosts = { prod: 'https://api.example', dev: 'https://dev.example' }; fetch(`${hosts[env]}/v1`);
//// lookup with a fallback
// given: env = 'prod', 'other'
const hosts = { prod: 'https://api.example' }; fetch(hosts[env] || 'https://other.example/');
//// if else chains with returns
// given: m = 'a', 'b', 'c'
function base() { if (m === 'a') { return '/a'; } else if (m === 'b') { return '/b'; } return '/c'; } fetch(base() + '/x');
//// a flag decides
// given: c = true, false
const secure = c; const scheme = secure ? 'wss' : 'ws'; new WebSocket(scheme + '://a.example/');
//// returns inside loops
// given: xs = [], [1]
function url() { for (const x of xs) { if (x) return '/a'; } return '/b'; } fetch(url());
//// return in finally
function url() { try { return '/a'; } finally { fetch('/f'); } } fetch(url());
//// loop carried over a closure
let u = '/a'; for (const x of [1, 2]) { (() => { fetch(u); })(); u = '/b'; }
//// iife result
const base = (() => { const a = '/x'; return a + '/y'; })(); fetch(base); const m = (function () { return { url: '/m' }; })(); fetch(m.url);

//// a name that a test excludes
// given: o = {}, { u: "/x" }
const u = o.u || '';
function f() { if (!u) return; fetch('/a' + u) }
f()

//// a name that a test excludes, among others
// given: c = true, false
const x = c ? '/a' : '', y = c ? '/b' : '';
if (!x || !y) { fetch('/none') } else { fetch(x + y) }

//// a name that is not null
// given: o = {}, { u: "/x" }
const v = o.u ?? null;
if (v != null) fetch('/a' + v);

//// a name that is assigned after the test
let w = '/a';
if (w) { w = ''; fetch('/b' + w) }

//// a name that changes, tested right before
let prefix = null;
function setPrefix(p) { prefix = p; }
function api(path) {
  if (prefix) return prefix + path;
  return path;
}
fetch(api('/a'));
fetch(api('/b'));
setPrefix('/v1');
fetch(api('/a'));
fetch(api('/b'));

//// a name that changes, tested, and then changed by a call
// allow: fetch /first/x # what the call does to the name is not put in order
let base = '/first';
function reset() { base = null; }
if (base) {
  reset();
  fetch(base + '/x');
}

//// a name that changes, tested outside of a loop
let root = '/root';
if (root) {
  for (let i = 0; i < 2; i++) {
    fetch(root + '/loop');
    root = null;
  }
}
