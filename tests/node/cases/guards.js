//// argument of two that a guard keeps one of
// given: x = true, false
function pre(u) { if (!u.includes('/cards/')) return; fetch(u); } pre(x ? '/b.png' : '/cards/y');
//// empty until it is set
// hole: a property of a parameter
let v = ''; function go() { if (!v) return; fetch(v); } function set(e) { v = e.href; } set({ href: '/x' }); go();
//// early return for one constant on the way
// hole: a given property
// given: n = { src: '/x' }, {}
const E = 'PHN2Zy'; async function load(u) { return fetch(u); }
async function ready(s) { if (s === E) return; return load(s); } function open(n) { ready(n.src || E); } open(n);
//// absolute or joined to a base
// given: x = true, false
function get(u) { return fetch(u.startsWith('http') ? u : 'https://api.test' + u); } get(x ? 'https://b.test/y' : '/z');
//// joined in an if
// given: x = true, false
function get(u) { if (!u.startsWith('http')) { u = 'https://api.test' + u; } return fetch(u); } get(x ? 'https://b.test/y' : '/z');
//// joined in an if or else
// given: x = true, false
function get(u) { let full; if (/^https?:/.test(u)) full = u; else full = 'https://api.test' + u; return fetch(full); }
get(x ? 'https://b.test/y' : '/z');
//// joined in an if or else to itself
// given: x = true, false
function get(u) { if (/^https?:/.test(u)) u = u + '?abs'; else u = 'https://api.test' + u; return fetch(u); }
get(x ? 'https://b.test/y' : '/z');
//// text or URL object by typeof
// given: x = true, false
function get(u) { return fetch(typeof u === 'string' ? 'https://api.test' + u : u.href + '?o'); }
get(x ? '/y' : new URL('https://b.test/z'));
//// URL object by instanceof
// given: x = true, false
function get(u) { return fetch(u instanceof URL ? u.href + '?o' : 'https://api.test' + u); }
get(x ? '/y' : new URL('https://b.test/z'));
//// request by instanceof
// given: x = true, false
function get(u) { return fetch(u instanceof Request ? u : 'https://api.test' + u); }
get(x ? '/y' : new Request('https://b.test/z'));
//// text by typeof, early return
// given: x = true, false
function get(u) { if (typeof u !== 'string') return; fetch(u); } get(x ? '/y' : 5);
//// a list by isArray
// given: x = true, false
function get(u) { if (Array.isArray(u)) { fetch(u[0]); return; } fetch(u); } get(x ? ['/y'] : '/z');
//// switch on the argument
// given: x = 'a', 'b', 'c'
function get(k) { switch (k) { case 'a': fetch('/first/' + k); break; case 'b': fetch('/second/' + k); return; default: fetch('/other'); } }
get(x === 'a' ? 'a' : x === 'b' ? 'b' : 'd');
//// switch that falls through
// given: x = 'a', 'b'
function get(k) { switch (k) { case 'a': case 'b': fetch('/both/' + k); } } get(x === 'a' ? 'a' : 'b');
//// throw rules out
// given: x = true, false
// throws
function get(u) { if (u === '/bad') throw new Error(u); return fetch(u); } get(x ? '/bad' : '/good');
//// continue rules out
for (const u of ['/bad', '/good', '/better']) { if (u === '/bad') continue; fetch(u); }
//// and of two
// given: x = '/a', '/b', '/c'
const pick = u => u === '/a' ? '/a' : u === '/b' ? '/b' : '/c';
const u = pick(x); if (u !== '/a' && u !== '/b') fetch(u);
//// or of two leaves
// given: x = '/a', '/b', '/c'
const u = x === '/a' ? '/a' : x === '/b' ? '/b' : '/c'; (function () { if (u === '/a' || u === '/b') return; fetch(u); })();
//// not of and
// given: x = true, false
const u = x ? '/a' : ''; if (!(u && u.length)) { } else fetch(u);
//// truth of a name decides another's part
// given: x = true, false
const q = x ? 'y' : ''; fetch('/list' + (q ? '?q=' + q : ''));
//// guard of a helper function
// given: x = true, false
const isAbsolute = s => s.startsWith('https:'); function get(u) { return fetch(isAbsolute(u) ? u : '/api' + u); } get(x ? 'https://b.test/' : '/z');
//// returns of a helper by argument
// given: x = true, false
function abs(u) { if (u.startsWith('https:')) return u; return 'https://api.test' + u; } fetch(abs(x ? 'https://b.test/' : '/z'));
//// test of what is derived from the argument
// given: x = true, false
function get(u) { const low = u.toLowerCase(); if (low.endsWith('.png')) return; fetch(u); } get(x ? '/A.PNG' : '/b.json');
//// what is derived from the tested argument
// given: x = true, false
function get(u) { const full = 'https://api.test' + u; if (u.endsWith('.png')) return; fetch(full); } get(x ? '/a.png' : '/b.json');
//// set between test and use
let u = '/x'; if (u === '/x') { u = '/y'; fetch(u); }
//// set in a loop after the test
let u = '/x'; if (u === '/x') { for (let i = 0; i < 2; i++) { fetch(u); u = '/y'; } }
//// tests of two names
// given: x = true, false
// given: y = true, false
const a = x ? '/a' : ''; const b = y ? '/b' : ''; if (a && b) fetch(a + b);
//// switch with a case that falls through after work
// given: x = 'a', 'b'
function get(k) { let u = '/x'; switch (k) { case 'a': u = '/y'; case 'b': fetch(u + '/' + k); } } get(x === 'a' ? 'a' : 'b');
// allow: fetch /x/a # which case set the other name is not told apart
// allow: fetch /y/b # which case set the other name is not told apart
//// switch that changes what it asks
// given: x = 'a', 'b'
function get(k) { switch (k) { case 'a': k = 'b'; fetch('/1' + k); break; case 'b': fetch('/2' + k); } } get(x === 'a' ? 'a' : 'b');
//// break out of a labelled block
// given: x = true, false
const u = x ? '/a' : '/b'; l: { if (u === '/a') break l; fetch(u); } fetch('/after' + u);
//// break in a branch reaches what follows
// given: x = true, false
let u = '/a'; for (;;) { if (x) { u = '/b'; break; } fetch('/in'); break; } fetch(u);
//// an optional argument in a template
// given: x = '1', undefined
function get(id) { fetch(`/api/sites/${id}`); } get(x ? x : undefined); get();
