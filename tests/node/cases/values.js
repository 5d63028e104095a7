//// literals and templates
const id = 7; fetch(`/a/${id}`); fetch('/b/' + 1.5); fetch('/c/' + true + null + undefined); fetch(`${'/d'}${'/e'}`); fetch("/\u0061\x62\n"); fetch('/' + 1e21 + '/' + 1e-7 + '/' + 0.1 + '/' + -0 + '/' + 0x10);
//// numbers as text
fetch('/n/' + 123456789012345680000 + '/' + 1e300 + '/' + 5e-324 + '/' + 100 + '/' + 1_000); fetch(`/${1 + 2}/${'1' + 2}/${1 + 2 + '3'}`);
//// arithmetic
fetch('/' + (6 * 7)); fetch('/' + (7 - 2)); fetch('/' + 2 ** 3); fetch('/' + (9 % 4)); fetch('/' + (1 / 4)); fetch('/' + -(-3)); fetch('/' + +'5');
//// unknown parts
// given: id = 7, "a/b"
fetch(`/users/${id}`); fetch('/users/' + id + '/posts'); fetch(`https://${id}.example/x`); fetch(id + '/x');
//// object nesting
const c = { api: { base: 'https://a.example', v: { one: '/v1' } } }; fetch(c.api.base + c.api.v.one); const { api: { v: { one } } } = c; fetch(one); const { api } = c; fetch(api['base']);
//// nested constants
const HOST = 'a.example'; const BASE = `https://${HOST}`; const API = { ROOT: BASE + '/api', get users() { return this.ROOT + '/users'; } }; fetch(API.ROOT); fetch(API.users);
//// spread
const a = { x: '/a', y: '/b' }; const b = { ...a, y: '/c', z: '/d' }; fetch(b.x); fetch(b.y); fetch(b.z); const c = { y: '/e', ...a }; fetch(c.y); const l = [...['/l'], '/m']; fetch(l[0] + l[1]);
//// spread of a conditional
// given: t = true, false
const o = { u: '/a', ...(t ? { u: '/b' } : {}), ...(t && { v: '/c' }) }; fetch(o.u); fetch(o.v || '/d');
//// computed keys
const K = 'url'; const o = { [K]: '/a', ['x' + 1]: '/b' }; fetch(o.url); fetch(o.x1); fetch(o[K]);
//// unknown computed key
// hole: written under an unknown key
// given: k = 'u', 'v'
const o = { u: '/a', [k]: '/b' }; fetch(o.u);
//// getters
const o = { base: '/a', get url() { return `${this.base}/b`; } }; fetch(o.url);
//// a getter by defineProperty
// allow: fetch /a # the first value
const o = { u: '/a' }; Object.defineProperty(o, 'u', { get() { return '/b'; } }); fetch(o.u);
// hole: defineProperty
//// freeze assign entries keys values
const o = Object.freeze({ a: '/a', b: '/b' }); fetch(o.a); const m = Object.assign({}, { a: '/c' }, { b: '/d' }); fetch(m.a); fetch(m.b); Object.values(o).forEach(u => fetch(u)); Object.keys(o).forEach(k => fetch(o[k])); Object.entries(o).map(([k, v]) => fetch(v)); Object.keys(o).map(k => fetch(`/k/${k}`));
//// assign over a defaults object
const d = { base: '/a', v: '/v1' }; const s = Object.assign({}, d, { base: '/b' }); fetch(s.base + s.v);
//// fromEntries
const o = Object.fromEntries([['a', '/a']]); fetch(o.a);
// hole: fromEntries
//// destructuring defaults and renames
const { a = '/a', b: bb = '/b', c: { d = '/d' } = {} } = { b: '/x' }; fetch(a); fetch(bb); fetch(d); const [e, , f = '/f', ...g] = ['/e', 0, undefined, '/g', '/h']; fetch(e + f); fetch(g[0]); fetch(g[1]);
//// rest of an object
const { a, ...rest } = { a: '/a', b: '/b' }; fetch(rest.b); fetch(rest.a || '/none');
//// destructured parameters
function f({ base = '/a', path }) { return base + path; } fetch(f({ path: '/x' })); fetch(f({ base: '/b', path: '/y' })); function g([a, b]) { return a + b; } fetch(g(['/1', '/2']));
//// enum like objects
var E; (function (E) { E['A'] = '/a'; E['B'] = '/b'; })(E || (E = {})); fetch(E.A); fetch(E.B);
//// enum like objects of numbers
var E; (function (E) { E[E['A'] = 0] = 'A'; E[E['B'] = 1] = 'B'; })(E || (E = {})); fetch('/' + E.B); fetch('/' + E[0]);
// hole: reverse mapping
//// namespaces of old
var App = App || {}; App.urls = App.urls || {}; App.urls.base = '/api'; fetch(App.urls.base + '/x');
//// properties set one by one
const cfg = {}; cfg.base = '/a'; cfg['path'] = '/b'; fetch(cfg.base + cfg.path);
//// property overwritten
const cfg = { u: '/a' }; cfg.u = '/b'; fetch(cfg.u);
//// property overwritten in a branch
// given: c = true, false
const cfg = { u: '/a' }; if (c) cfg.u = '/b'; fetch(cfg.u);
//// property appended
// hole: a property that grows
const cfg = { u: '/a' }; cfg.u += '/b'; fetch(cfg.u);
//// commonjs exports
// given: module = {}
module.exports = { base: '/a' }; fetch(module.exports.base + '/x');
// hole: module.exports
//// arrays
const l = ['/a', '/b', '/c']; fetch(l[1]); fetch(l[l.length - 1]); fetch(l.at(-1)); const i = 2; fetch(l[i]);
//// arrays of objects
const routes = [{ path: '/a', sub: ['/1'] }, { path: '/b', sub: ['/2'] }]; fetch(routes[1].path + routes[0].sub[0]); routes.forEach(({ path }) => fetch(path)); for (const r of routes) fetch('/r' + r.path); routes.map(r => r.path).forEach(p => fetch('/m' + p));
//// maps
const m = new Map([['a', '/a']]); fetch(m.get('a')); m.set('b', '/b'); fetch(m.get('b'));
// hole: Map
//// strings that are objects
fetch(new String('/a')); fetch(String('/b')); fetch(['/c']); fetch({ toString() { return '/d'; } });
// hole: toString of an object
//// object with toString in a template
const id = { toString: () => 'x' }; fetch(`/a/${id}`);
//// json round trip
const o = JSON.parse(JSON.stringify({ u: '/a' })); fetch(o.u);
// hole: JSON
//// symbols and bigints
fetch('/' + 10n); const s = Symbol('x'); const o = { [s]: '/a' }; fetch(o[s]);
//// void and typeof
fetch('/' + typeof 'x' + typeof undefined + typeof {} + typeof null + typeof 1 + typeof [] + typeof (() => 1));
//// comparison decides
fetch(1 < 2 ? '/a' : '/b'); fetch('a' === 'a' ? '/c' : '/d'); fetch(null == undefined ? '/e' : '/f'); fetch('1' == 1 ? '/g' : '/h'); fetch(null === undefined ? '/i' : '/j'); fetch(NaN === NaN ? '/k' : '/l');
// allow: fetch /b # numbers are not compared
// allow: fetch /h # loose equality of different types is not followed
//// truthiness
fetch(0 ? '/a' : '/b'); fetch('' ? '/c' : '/d'); fetch([] ? '/e' : '/f'); fetch({} ? '/g' : '/h'); fetch('0' ? '/i' : '/j'); fetch(NaN ? '/k' : '/l'); fetch(!1 ? '/m' : '/n');
//// in and instanceof
// given: o = { a: 1 }, {}
fetch('a' in o ? '/a' : '/b'); fetch(o instanceof Array ? '/c' : '/d');
// allow: fetch /c # not followed
//// delete
const o = { u: '/a' }; delete o.u; fetch(o.u || '/b');
// allow: fetch /a # whether delete has run is not followed
//// host certainty
// given: p = '.evil.test/', ':80/', '/x'
fetch('https://u.example' + p); fetch('/' + p); fetch(`//${p}`); fetch('https:' + p); fetch('https://u.example/' + p);
//// class fields statics privates
class A { base = '/a'; #p = '/p'; static S = '/s'; static #q = '/q'; go() { fetch(this.base + this.#p); fetch(A.S); fetch(A.#q); } static go() { fetch(this.S + '/x'); } } new A().go(); A.go();
//// instance created and used outside
class A { base = '/a'; get url() { return this.base + '/u'; } path(x) { return this.base + x; } } const a = new A(); fetch(a.base); fetch(a.url); fetch(a.path('/p'));
//// constructor parameters
class A { constructor(base) { this.base = base; } url(p) { return this.base + p; } } const a = new A('/api'); fetch(a.url('/x')); fetch(new A('/other').url('/y'));
//// constructor options
class A { constructor({ base = '/d', v } = {}) { this.base = base; this.v = v ?? 'v1'; } url() { return `${this.base}/${this.v}`; } } fetch(new A().url()); fetch(new A({ base: '/b', v: 'v2' }).url());
//// inheritance
class B { base = '/b'; url(x) { return this.base + x; } } class C extends B { base = '/c'; } fetch(new C().url('/x')); fetch(new B().url('/y'));
//// this of a subclass in a base method
class B { base = '/b'; go() { fetch(this.base + '/x'); } } class C extends B { base = '/c'; } new C().go();
// allow: fetch /b/x # nobody makes a plain B
//// abstract method of a subclass
class B { go() { fetch(this.url() + '/x'); } } class C extends B { url() { return '/c'; } } new C().go();
//// super calls
class B { constructor(base) { this.base = base; } url() { return this.base; } } class C extends B { constructor() { super('/c'); } url() { return super.url() + '/d'; } } fetch(new C().url());
//// super property and static inheritance
class B { static root = '/r'; static url(x) { return this.root + x; } } class C extends B { static root = '/c'; static go() { return super.url('/x'); } } fetch(C.url('/y')); fetch(C.go()); fetch(C.root);
//// prototype methods
function A(base) { this.base = base; } A.prototype.url = function (p) { return this.base + p; }; fetch(new A('/a').url('/x'));
// hole: prototypes
//// prototype properties override nothing
// allow: fetch /a # the class's own method
class A { u() { return '/a'; } } A.prototype.u = function () { return '/b'; }; fetch(new A().u());
// hole: prototypes
//// constructor functions
function Client() { this.base = '/a'; this.go = function () { fetch(this.base + '/x'); }; } new Client().go();
// hole: this of a plain function
//// self that
function Client() { var self = this; self.base = '/a'; self.go = function () { fetch(self.base); }; } new Client().go();
// hole: this of a plain function
//// static blocks
class A { static u; static { this.u = '/a'; } } fetch(A.u);
//// instance property set from outside
class A { base = '/a'; go() { fetch(this.base); } } const a = new A(); a.base = '/b'; a.go();
// hole: set from outside
// allow: fetch /a # the field's own value
//// instance property set by a setter method
class A { base = '/a'; use(b) { this.base = b; return this; } url() { return this.base + '/x'; } } fetch(new A().use('/b').url());
// hole: the method's parameter
// allow: fetch /a/x # the field's own value
//// instance property set in another method
// given: c = true, false
class A { constructor() { this.u = '/a'; } init() { this.u = '/b'; } go() { fetch(this.u); } } const a = new A(); if (c) a.init(); a.go();
//// setter
class A { _u = '/a'; set u(v) { this._u = '/s' + v; } get u() { return this._u; } } const a = new A(); fetch(a.u); a.u = '/x'; fetch(a.u);
// hole: the setter's parameter
//// setter on an object
const o = { _u: '/a', set u(v) { this._u = v; }, get u() { return this._u; } }; o.u = '/b'; fetch(o.u);
// hole: the setter's parameter
// allow: fetch /a # the first value
//// accessor without getter
const o = { set u(v) { } }; o.u = '/b'; fetch(o.u || '/c');
// allow: fetch /b # setters are not run
//// class static set from outside
class A { static u = '/a'; } A.u = '/b'; fetch(A.u);
//// object method this
const o = { base: '/a', url(p) { return this.base + p; }, go() { fetch(this.url('/x')); } }; o.go(); fetch(o.url('/y'));
//// object method this changes
const o = { base: '/a', set(b) { this.base = b; }, go() { fetch(this.base); } }; o.set('/b'); o.go();
// hole: set by a method
// allow: fetch /a # the first value
//// borrowed method
const o = { base: '/a', url() { return this.base; } }; fetch(o.url.call({ base: '/b' })); const f = o.url.bind({ base: '/c' }); fetch(f());
//// arrow this
class A { base = '/a'; url = () => this.base + '/x'; go() { ['/1'].forEach(p => fetch(this.base + p)); setTimeout(() => fetch(this.url())); } } new A().go();
//// method chaining
// allow: fetch /api # the first value
class B { constructor() { this.parts = '/api'; } add(p) { this.parts += p; return this; } build() { return this.parts; } } fetch(new B().add('/a').add('/b').build());
// hole: it grows
//// anonymous class
const A = class { static u = '/a'; v = '/b'; }; fetch(A.u); fetch(new A().v);
//// mixins
const M = (B) => class extends B { u = '/m'; }; class A extends M(Object) { go() { fetch(this.u); } } new A().go();
//// symbols of the class in a closure
function make(base) { return class { url() { return base + '/x'; } }; } const A = make('/a'); fetch(new A().url());
//// arrays in classes
class A { paths = ['/a', '/b']; go() { for (const p of this.paths) fetch(p); this.paths.forEach(p => fetch('/x' + p)); } } new A().go();
