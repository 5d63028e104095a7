//// constructor arg object mutated
const o = { u: '/x' }; class A { constructor(c) { this.c = c; } go() { this.c.u = '/y'; } } new A(o).go(); fetch(o.u);
// allow: fetch /x # the first value
//// closure returned object mutated via method of factory
function make() { const s = { u: '/x' }; return { s, go() { fetch(s.u); } }; } const m = make(); m.s.u = '/y'; m.go();
// allow: fetch /x # the first value
//// getter with dependence on mutable
const o = { b: '/x', get u() { return this.b; } }; o.b = '/y'; fetch(o.u);
// allow: fetch /x # the first value
//// loop reassign closure
let u = '/x'; const f = () => u; for (const x of ['/y']) u = x; fetch(f());
// allow: fetch /x # the first value
//// param mutated in callee via destructuring
const o = { a: { u: '/x' } }; function f({ a }) { a.u = '/y'; } f(o); fetch(o.a.u);
// allow: fetch /x # the first value
//// array forEach mutation of elements objects from Object.values
const o = { a: { u: '/x' } }; Object.values(o).forEach(v => { v.u = '/y'; }); fetch(o.a.u);
// allow: fetch /x # the first value
//// array forEach mutation from Object.entries
const o = { a: { u: '/x' } }; for (const [k, v] of Object.entries(o)) { v.u = '/y'; } fetch(o.a.u);
// allow: fetch /x # the first value
//// for in writes
const o = { a: '/x' }; for (const k in o) o[k] = '/y'; fetch(o.a);
// hole: not followed
// allow: fetch /x # the first value
//// map callback third arg
const l = ['/x']; l.map((e, i, all) => { all[i] = '/y'; }); fetch(l[0]);
// hole: not followed
// allow: fetch /x # the first value
//// this alias self
// hole: not followed
class A { u = '/x'; init() { const self = this; self.u = '/y'; } go() { fetch(this.u); } } const a = new A(); a.init(); a.go();
// allow: fetch /x # the first value
//// subclass ctor sets
class B { constructor() { this.u = '/x'; } go() { fetch(this.u); } } class C extends B { constructor() { super(); this.u = '/y'; } } new C().go();
// allow: fetch /x # the first value
//// new C value from base getter
class B { get u() { return this.base + '/u'; } } class C extends B { base = '/c'; } fetch(new C().u);
//// constructor with params in base via super
class B { constructor(b) { this.b = b; } } class C extends B { constructor() { super('/c'); } } fetch(new C().b); fetch(new C().b + '/x');
//// method overriding by instance property
class A { url() { return '/x'; } } const a = new A(); a.url = () => '/y'; fetch(a.url());
// allow: fetch /x # the first value
//// object method replaced
const o = { url() { return '/x'; } }; o.url = () => '/y'; fetch(o.url());
//// nested function reassign
function url() { return '/x'; } url = () => '/y'; fetch(url());
//// var redeclared
var u = '/x'; var u; fetch(u); var u = '/y'; fetch(u);
//// closures in var loops
var fs = []; for (var i = 0; i < 2; i++) { var u = '/n' + i; fs.push(function () { fetch(u); }); } fs[0]();
// hole: not followed
//// async reassign
let u = '/x'; (async () => { await null; u = '/y'; })(); setTimeout(() => fetch(u));
// allow: fetch /x # the first value
//// promise then assign
let u; Promise.resolve('/y').then(v => { u = v; }); setTimeout(() => fetch(u));
//// conditional compound
// given: c = true, false
let u = '/a'; c && (u = '/b'); fetch(u); c || (u = '/c'); fetch(u); const v = c ? (u = '/d') : '/e'; fetch(u);
//// ternary assignment
// given: c = true, false
let u = '/a'; c ? (u = '/b') : (u = '/d'); fetch(u);
// allow: fetch /a # both are kept
//// while with break in try
// allow: fetch /a # the loop may not run
// allow: fetch /b # between the assignment and the appending
let u = '/a'; while (true) { try { u = '/b'; break; } finally { u += '/c'; } } fetch(u);
// hole: not followed
//// default param object shared and mutated
const f = (o = { u: '/x' }) => { o.u += '/y'; return o.u; }; fetch(f());
// hole: not followed
// allow: fetch /x # the first value
//// getter setter pair static
class A { static #u = '/x'; static get u() { return A.#u; } static set u(v) { A.#u = v; } } A.u = '/y'; fetch(A.u);
// hole: not followed
// allow: fetch /x # the first value
//// private write in other method on other instance
// hole: not followed
class A { #u = '/x'; copy(o) { o.#u = '/y'; } go() { fetch(this.#u); } } const a = new A(), b = new A(); a.copy(b); b.go();
// allow: fetch /x # the first value
//// replace on partially known
// given: p = 'a', 'http://b'
fetch(('http://x.example/' + p).replace('http', 'https')); fetch(('http://x.example/' + p).replace(/b$/, 'c')); fetch((p + '/x').replace('/x', '/y')); fetch(('/q/' + p).replace(/\/+$/, '')); fetch(('/q/' + p).toUpperCase());
// hole: not followed
//// slice on partially known
// given: p = 'a', 'bcd', ''
fetch(('/q/' + p).slice(1)); fetch(('/q/' + p).slice(0, 2)); fetch(('/q/' + p).slice(0, -1)); fetch(('/q/' + p + '/').slice(0, -1)); fetch(('/q/' + p).substring(2)); fetch(('/q/' + p)[1]); fetch(('/q/' + p).at(0)); fetch(('/q' + p).charAt(1)); fetch(('/q/' + p).slice(2, 5)); fetch(('/q/' + p).trim()); fetch((' ' + p + ' /x').trim());
// hole: not followed
//// hole numbers and plus
// given: n = 1, '1'
fetch('/a' + (n + 1)); fetch('/b' + n + 1); fetch('/c' + (n * 2)); fetch('/d' + (n + n)); fetch('/e' + (n - 0 + 1));
//// template with arrays and null
// given: x = null, [1, 2], { a: 1 }
fetch(`/a/${x}`); fetch('/b/' + (x ?? 'd')); fetch('/c/' + (x || 'e')); fetch('/d/' + (x?.a ?? 'f')); fetch('/e' + x?.a);
//// optional chain on null
const o = null; fetch('/x' + o?.u); fetch('/y' + (o?.u ?? '/d')); const p = {}; fetch('/z' + p.a?.b); fetch('/w' + (p.a?.b || '/d'));
//// switch true
// given: c = true, false
let u; switch (true) { case c: u = '/a'; break; default: u = '/b'; } fetch(u);
//// shadowed platform names
const encodeURIComponent = (x) => 'E'; const String = (x) => 'S'; fetch('/' + encodeURIComponent('a b')); fetch('/' + String(1));
//// shadowed location
const location = { origin: 'https://l.example', protocol: 'x:' }; fetch(location.origin + '/a');
//// shadowed URL
class URL { constructor(u) { this.href = '/fake'; } } fetch(new URL('https://a.example').href);
//// shadowed Object
const Object = { assign: () => ({ u: '/o' }), freeze: () => ({ u: '/f' }) }; fetch(Object.assign({}, { u: '/x' }).u); fetch(Object.freeze({ u: '/x' }).u);
//// local window parameter
(function (window) { fetch('/a' + window.location); })({ location: '/b' }); (function (window) { window.fetch('/c'); })({ fetch() {} });
//// string with replace callback constant
const s = 'a.b'; fetch('/' + s.split('.').map(x => x.toUpperCase()).join('/')); fetch('/' + [...'ab'].join('-')); fetch('/' + Array.from('ab').join('+'));
// hole: not followed
//// new URL with search params in ctor and mutated by helper
// allow: fetch https://a.example/x # whether the helper has run is not followed
// allow: fetch https://b.example/y # whether the helper has run is not followed
function sign(u) { u.searchParams.set('k', '1'); return u; } fetch(sign(new URL('https://a.example/x'))); const v = new URL('https://b.example/y'); sign(v); fetch(v);
//// URL helper writes part
function path(u) { u.pathname = '/z'; return u; } fetch(path(new URL('https://a.example/x')));
// hole: not followed
// allow: fetch https://a.example/x # the first value
//// const in loop with push closure
const q = []; for (const p of ['/a', '/b']) { const u = '/x' + p; q.push(u); } q.forEach(u => fetch(u)); fetch(q[0]);
// hole: not followed
//// array join after conditional push then another
// given: c = true, false
const a = ['/a']; if (c) a.push('b'); a.push('c'); fetch(a.join('/'));
// hole: not followed
//// array reassign then push
let a = ['/a']; a = ['/b']; a.push('/c'); fetch(a.join(''));
// hole: not followed
//// function with array local called twice
function f(x) { const a = ['/f']; a.push(x); return a.join('/'); } fetch(f('1')); fetch(f('2'));
//// recursion pushing in outer list
const out = ['/r']; function walk(n) { if (n) { out.push(n); walk(n - 1); } } walk(2); fetch(out.join('/'));
// hole: not followed
//// object spread override order with unknown
// given: extra = {}, { u: '/e' }
const o = { u: '/x', ...extra }; fetch(o.u); const p = { ...extra, u: '/y' }; fetch(p.u);
// hole: not followed
//// Object.assign target unknown
// given: extra = {}, { u: '/e' }
const o = Object.assign({}, { u: '/x' }, extra); fetch(o.u); const p = Object.assign({}, extra, { u: '/y' }); fetch(p.u);
// hole: not followed
//// destructuring default with unknown
// given: cfg = {}, { u: '/c' }
const { u = '/d' } = cfg; fetch(u); const { n: { v } = { v: '/e' } } = cfg; fetch(v);
// hole: not followed
//// export default object mutated in module
// module
const api = { base: '/x' }; export default api; export function setBase(b) { api.base = b; } setBase('/y'); fetch(api.base);
// hole: not followed
// allow: fetch /x # the first value
//// sequence and update
let n = 1; fetch('/a' + n++); fetch('/b' + n); fetch('/c' + ++n); let i = 0; const l = ['/p', '/q']; fetch(l[i++]); fetch(l[i]);
//// labeled continue outer
let u = '/a'; outer: for (const x of [1, 2]) { for (const y of [1, 2]) { if (y === 2) continue outer; u = '/b'; } u = '/c'; } fetch(u);
// allow: fetch /a # both are kept
// allow: fetch /c # both are kept
//// delete then default
const o = { a: '/x', b: '/y' }; delete o.a; const { a = '/d' } = o; fetch(a); fetch(o.b);
// allow: fetch /x # the first value
//// generator closure assigns
let u = '/a'; function* g() { u = '/b'; yield 1; u = '/c'; } for (const x of g()) fetch(u); fetch(u);
// allow: fetch /a # both are kept
//// var function param same name
function f(u) { var u; return u; } fetch(f('/x')); function g(u) { var u = '/y'; return u; } fetch(g('/x'));
//// function param shadowed by inner function
function f(u) { function u() {} return typeof u; } fetch('/' + f('/x'));
//// arguments alias read
function f(u) { u = '/y'; return arguments[0]; } fetch('/p' + f('/x'));
//// typeof and instance checks on param
function f(x) { return typeof x === 'string' ? x : x.url; } fetch(f('/s')); fetch(f({ url: '/o' })); fetch(f(new Request('/r')));
//// URL instance check
function f(x) { return x instanceof URL ? x.href : '/n' + x; } fetch(f(new URL('https://a.example/'))); fetch(f('s'));
// allow: fetch /nhttps://a.example/ # instanceof is not followed
// hole: not followed
//// charset of encoded parts
// given: q = 'a/b', '..'
fetch(`https://a.example/${encodeURIComponent(q)}/x`); fetch('https://' + encodeURIComponent(q).replace('%2F', '.') + '.example');
//// number charset
// given: n = 5, -1.5, NaN, 1e30, '7a'
fetch('/n/' + Number(n)); fetch('/p/' + parseInt(n, 10)); fetch('/m/' + Math.floor(n)); fetch('/t/' + Number(n).toFixed(2)); fetch('/b/' + (+n)); fetch('/d/' + (n - 1)); fetch('/o/' + (n | 0));
