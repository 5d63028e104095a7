//// alias write
const a = { u: '/x' }; const b = a; b.u = '/y'; fetch(a.u);
// hole: written through another name
// allow: fetch /x # the first value
//// nested object write
const c = { api: { base: '/x' } }; c.api.base = '/y'; fetch(c.api.base);
// allow: fetch /x # the first value
//// nested object write through a name
const c = { api: { base: '/x' } }; const api = c.api; api.base = '/y'; fetch(c.api.base);
// hole: written through another name
// allow: fetch /x # the first value
//// write under an unknown key
// given: k = 'u', 'v'
const o = { u: '/x' }; o[k] = '/y'; fetch(o.u);
// hole: written under an unknown key
//// write under a known computed key
const K = 'u'; const o = { u: '/x' }; o[K] = '/y'; fetch(o.u);
// hole: written under a computed key
// allow: fetch /x # the first value
//// passed to an unknown function
// given: init = (o) => { o.u = '/y'; }, () => {}
const o = { u: '/x' }; init(o); fetch(o.u);
// hole: passed away
//// nested object passed to an unknown function
// given: init = (o) => { o.api.u = '/y'; }, () => {}
const o = { api: { u: '/x' } }; init(o); fetch(o.api.u);
// hole: passed away
//// stored in something unknown
// given: registry = { init() { this.cfg.u = '/y'; } }, { init() {} }
const o = { u: '/x' }; registry.cfg = o; registry.init(); fetch(o.u);
// hole: stored away
//// passed to a method of something unknown
// given: lib = { use(o) { o.u = '/y'; } }, { use() {} }
const o = { u: '/x' }; lib.use(o); fetch(o.u);
// hole: passed away
//// passed in an array
// given: init = ([o]) => { o.u = '/y'; }, () => {}
const o = { u: '/x' }; init([o]); fetch(o.u);
// hole: passed away
//// captured by an object that is passed
// given: init = (x) => { x.cfg.u = '/y'; }, () => {}
const o = { u: '/x' }; init({ cfg: o }); fetch(o.u);
// hole: passed away
//// passed to a local function that writes
const o = { u: '/x' }; function set(p) { p.u = '/y'; } set(o); fetch(o.u);
// hole: written by a function
// allow: fetch /x # the first value
//// passed to a local function that passes on
// given: init = (o) => { o.u = '/y'; }, () => {}
const o = { u: '/x' }; function set(p) { init(p); } set(o); fetch(o.u);
// hole: passed away
//// returned and written
const o = { u: '/x' }; function get() { return o; } get().u = '/y'; fetch(o.u);
// hole: written through a call
// allow: fetch /x # the first value
//// written by assign
const o = { u: '/x' }; Object.assign(o, { u: '/y' }); fetch(o.u);
// hole: Object.assign
// allow: fetch /x # the first value
//// assign keeps the alias
const o = { u: '/x' }; const p = Object.assign(o, { v: '/v' }); p.u = '/y'; fetch(o.u); fetch(p.v);
// hole: written through another name
// allow: fetch /x # the first value
//// freeze keeps the alias
const o = { u: '/x' }; const p = Object.seal(o); p.u = '/y'; fetch(o.u);
// hole: written through another name
// allow: fetch /x # the first value
//// written by Reflect.set
const o = { u: '/x' }; Reflect.set(o, 'u', '/y'); fetch(o.u);
// hole: Reflect.set
// allow: fetch /x # the first value
//// destructured alias
const c = { api: { u: '/x' } }; const { api } = c; api.u = '/y'; fetch(c.api.u);
// hole: written through another name
// allow: fetch /x # the first value
//// array element alias
const list = [{ u: '/x' }]; list[0].u = '/y'; fetch(list[0].u); list.forEach(o => { o.u = '/z'; }); fetch(list[0].u);
// hole: written through an element
// allow: fetch /x # the first value
//// loop element alias
const list = [{ u: '/x' }]; for (const o of list) o.u = '/y'; fetch(list[0].u);
// hole: written through an element
// allow: fetch /x # the first value
//// array alias push
const a = ['/x']; const b = a; b.push('/y'); a.forEach(u => fetch(u));
// hole: pushed through another name
//// array passed to an unknown function
// given: init = (l) => { l.push('/y'); }, () => {}
const a = ['/x']; init(a); a.forEach(u => fetch(u)); fetch(a[0]);
// hole: passed away
//// array passed to a local function
const a = ['/x']; function add(l) { l.push('/y'); } add(a); a.forEach(u => fetch(u));
// hole: pushed by a function
//// array in an object
const o = { list: ['/x'] }; o.list.push('/y'); o.list.forEach(u => fetch(u)); fetch(o.list.join('+'));
// hole: pushed through a member
//// array in this
class A { list = ['/x']; add(u) { this.list.push(u); } go() { this.list.forEach(u => fetch(u)); } } const a = new A(); a.add('/y'); a.go();
// hole: pushed through a member
//// array under an unknown index
// given: i = 0, 1
const a = ['/x', '/z']; a[i] = '/y'; fetch(a[0]); fetch(a[1]);
// hole: written under an unknown index
//// shared default object
const D = { u: '/x' }; function make(o = D) { return o; } make().u = '/y'; fetch(D.u);
// hole: written through a call
// allow: fetch /x # the first value
//// spread copies are separate
const a = { u: '/x' }; const b = { ...a }; b.u = '/y'; fetch(a.u); fetch(b.u);
//// spread copies share what is nested
const a = { n: { u: '/x' } }; const b = { ...a }; b.n.u = '/y'; fetch(a.n.u);
// hole: written through a copy
// allow: fetch /x # the first value
//// objects made in each call are separate
function make(u) { return { u }; } const a = make('/x'), b = make('/y'); fetch(a.u); fetch(b.u);
//// written in a callback
const o = { u: '/x' }; setTimeout(() => { o.u = '/y'; }); setTimeout(() => fetch(o.u)); fetch(o.u);
//// written after the use
const o = { u: '/x' }; fetch(o.u); o.u = '/y';
//// this of a method that is passed
const o = { u: '/x', init() { this.u = '/y'; } }; o.init(); fetch(o.u);
// hole: written by a method
// allow: fetch /x # the first value
//// written by an arrow function of a method
const o = { u: '/x', init() { [1].forEach(() => { this.u = '/y'; }); } }; o.init(); fetch(o.u);
// hole: written by a method
// allow: fetch /x # the first value
//// instance written through a name
class A { u = '/x'; } const a = new A(); const b = a; b.u = '/y'; fetch(a.u);
// hole: written through another name
// allow: fetch /x # the first value
//// instance passed to an unknown function
// given: init = (o) => { o.u = '/y'; }, () => {}
class A { u = '/x'; } const a = new A(); init(a); fetch(a.u);
// hole: passed away
//// class written through this in a static method
class A { static u = '/x'; static set(v) { this.u = v; } } A.set('/y'); fetch(A.u);
// hole: written by a method
// allow: fetch /x # the first value
//// prototype write
class A {} A.prototype.u = '/y'; fetch(new A().u);
// hole: prototypes
//// assigned by a compound operator
let u = '/1'; u *= 1; fetch('/x' + u); const o = { n: 1 }; o.n++; fetch('/n' + o.n); o.n -= 5; fetch('/m' + o.n);
// hole: computed
//// url object passed away
// given: sign = (u) => { u.searchParams.set('s', '1'); }, () => {}
const u = new URL('https://a.example/x'); sign(u); fetch(u);
// hole: passed away
//// url alias
const u = new URL('https://a.example/x'); const v = u; v.pathname = '/y'; fetch(u); fetch(v.href);
// hole: written through another name
// allow: fetch https://a.example/x # the first value
//// url changed in a function
const u = new URL('https://a.example/x'); function path(p) { u.pathname = p; } path('/y'); fetch(u.href);
// hole: changed in another function
// allow: fetch https://a.example/x # the first value
//// search params alias
const u = new URL('https://a.example/x'); const p = u.searchParams; p.set('q', '1'); fetch(u);
//// search params alias by destructuring
const u = new URL('https://a.example/x'); const { searchParams } = u; searchParams.append('q', '1'); fetch(u.toString());
//// url as an object property
const o = { u: new URL('https://a.example/x') }; o.u.pathname = '/y'; fetch(o.u);
// hole: written through a member
// allow: fetch https://a.example/x # the first value
//// url on this
class A { constructor() { this.u = new URL('https://a.example/x'); this.u.searchParams.set('a', 1); } go() { fetch(this.u); } } new A().go();
// allow: fetch https://a.example/x # the first value
// hole: written through a member
//// variable assigned by destructuring elsewhere
let u = '/x'; function set(o) { ({ u } = o); } set({ u: '/y' }); fetch(u);
// hole: the parameter
// allow: fetch /x # the first value
//// variable assigned in a for head
// allow: fetch /y # an earlier round of the loop
let u = '/x'; for (u of ['/y', '/z']); fetch(u);
// allow: fetch /x # the loop may not run
//// property assigned in a for head
const o = { u: '/x' }; for (o.u of ['/y']); fetch(o.u);
// allow: fetch /x # the loop may not run
//// property assigned by a pattern
const o = { u: '/x' }; ({ a: o.u } = { a: '/y' }); fetch(o.u); [o.u] = ['/z']; fetch(o.u);
//// global written through window
var base = '/x'; window.base = '/y'; fetch(base);
// hole: written through the window
// allow: fetch /x # the first value
//// global written through this
var base = '/x'; (function () { this.base = '/y'; })(); fetch(base);
// hole: written through this
// allow: fetch /x # the first value
//// exported let
// module
export let u = '/x'; export function set(v) { u = v; } set('/y'); fetch(u);
// hole: the parameter
// allow: fetch /x # the first value
//// proxies
const o = new Proxy({ u: '/x' }, { get: () => '/y' }); fetch(o.u);
// hole: proxies
//// getter with state
let n = 0; const o = { get u() { return n++ ? '/a' : '/b'; } }; fetch(o.u); fetch(o.u);
//// object pattern on a changed object
const o = { u: '/x' }; o.u = '/y'; const { u } = o; fetch(u);
//// conditional alias
// given: c = true, false
const a = { u: '/a' }, b = { u: '/b' }; const x = c ? a : b; x.u = '/c'; fetch(a.u); fetch(b.u);
// hole: written through another name
//// object held by a closure and changed
function store() { const s = { u: '/x' }; return { set(v) { s.u = v; }, url() { return s.u; } }; } const s = store(); s.set('/y'); fetch(s.url());
// hole: the parameter
// allow: fetch /x # the first value
//// array destructured alias
const pair = [{ u: '/x' }]; const [first] = pair; first.u = '/y'; fetch(pair[0].u);
// hole: written through another name
// allow: fetch /x # the first value
//// array sorted by another name
// allow: fetch /b # the order is not followed
const a = ['/b', '/a']; const b = a.sort(); fetch(a[0]);
// hole: changed in place
//// reverse gives the same array
const a = ['/a', '/b']; a.reverse(); for (const u of a) fetch(u);
// hole: changed in place
