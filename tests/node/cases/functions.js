//// url builders
const url = (p, v = 'v1') => `/api/${v}/${p}`; fetch(url('a')); fetch(url('b', 'v2')); function q(base, params) { return base + '?' + params; } fetch(q('/c', 'x=1'));
//// wrappers
async function request(path, options = {}) { return fetch('/api' + path, options); } request('/a'); request('/b', { method: 'POST' });
//// rest and spread arguments
function join(...parts) { return parts.join('/'); } fetch(join('/a', 'b', 'c')); const args = ['/x', 'y']; fetch(join(...args)); function f(first, ...rest) { return first + rest.length; } fetch(f('/r', 1, 2));
//// options objects
function build({ path, query = '', base = '/api' } = {}) { return base + path + query; } fetch(build({ path: '/a' })); fetch(build({ path: '/b', query: '?x', base: '' }));
//// currying
const at = (base) => (path) => (id) => `${base}${path}/${id}`; const api = at('/api'); fetch(api('/u')(7)); const users = api('/users'); fetch(users('x'));
//// partial application
function url(base, path) { return base + path; } const api = url.bind(null, '/api'); fetch(api('/x'));
//// factories
// hole: the parameters of the made function
function makeApi(base) { return { url: (p) => base + p, get(p) { return fetch(base + p); } }; } const a = makeApi('/a'); fetch(a.url('/x')); a.get('/y');
//// compose
const compose = (f, g) => (x) => f(g(x)); const add = (x) => '/a' + x, addB = (x) => '/b' + x; fetch(compose(add, addB)('/c'));
//// callbacks
function withBase(cb) { return cb('/base'); } fetch(withBase(b => b + '/x')); withBase((b) => fetch(b + '/y'));
//// node style callbacks
// hole: the parameter of a callback that a local function calls
function load(url, done) { done(null, url + '/z'); } load('/a', (err, u) => fetch(u));
//// recursion
function up(n) { return n === 0 ? '/end' : up(n - 1); } fetch(up(2));
//// recursion that builds
function path(n) { return n === 0 ? '' : '/x' + path(n - 1); } fetch('/r' + path(2));
//// mutual recursion
function a(n) { return n ? b(n - 1) : '/a'; } function b(n) { return n ? a(n - 1) : '/b'; } fetch(a(1));
//// async and await
async function base() { return '/a'; } async function go() { const b = await base(); fetch(b + '/x'); fetch(`${await base()}/y`); const { u } = await Promise.resolve({ u: '/z' }); fetch(u); } go();
//// then chains
async function base() { return '/a'; } base().then(b => b + '/x').then(u => fetch(u)); Promise.resolve('/y').then(u => { fetch(u); }); Promise.resolve().then(() => '/z').then(u => fetch(u));
//// promise of a constructor
new Promise((resolve) => resolve('/a')).then(u => fetch(u));
// hole: what a promise is resolved with
//// all of promises
Promise.all([Promise.resolve('/a'), '/b']).then(([a, b]) => { fetch(a); fetch(b); }); async function go() { const [x, y] = await Promise.all([Promise.resolve('/c'), '/d']); fetch(x + y); } go();
//// generators
function* urls() { yield '/a'; yield '/b'; } for (const u of urls()) fetch(u);
// hole: generators
//// async iteration
async function* urls() { yield '/a'; } (async () => { for await (const u of urls()) fetch(u); for await (const v of ['/b']) fetch(v); })();
// hole: generators
//// functions as values in tables
const routes = { user: (id) => `/u/${id}`, post: (id) => `/p/${id}` }; fetch(routes.user(7)); fetch(routes['post'](8)); Object.values(routes).forEach(r => fetch(r('x')));
//// table of functions by an unknown key
// given: k = 'user', 'post'
const routes = { user: (id) => `/u/${id}`, post: (id) => `/p/${id}` }; fetch(routes[k](7));
//// immediately invoked with arguments
// hole: invoked through call()
(function (w, base) { w.fetch(base + '/x'); })(window, '/a'); ((b) => fetch(b))('/b'); !function (b) { fetch(b); }('/c'); (async (b) => { await fetch(b); })('/d'); (function (b) { fetch(b); }).call(null, '/e');
//// unknown callers
// given: register = (f) => f('/x')
register((u) => fetch('/api' + u)); register(function (u) { fetch(u); });
// hole: the parameter
//// returns undefined
function f() {} fetch('/a' + f()); function g(x) { if (x) return '/b'; } fetch(g(true)); fetch('/c' + g(false));
//// returns one of many objects
// given: c = true, false
function conf() { if (c) return { base: '/a', v: 1 }; return { base: '/b', v: 2 }; } const { base, v } = conf(); fetch(base + v); fetch(conf().base);
// allow: fetch /a2 # parts of an object are combined freely
// allow: fetch /b1 # parts of an object are combined freely
//// memoised
let cached; function base() { if (!cached) cached = '/a'; return cached; } fetch(base() + '/x'); const cache = {}; function get(k) { return cache[k] || (cache[k] = '/k/' + k); } fetch(get('a'));
// hole: a cache
//// lazy initialisation by logical assignment
let c; const base = () => (c ??= '/a'); fetch(base());
//// new.target and arguments.length
function F() { return new.target ? { u: '/a' } : { u: '/b' }; } fetch(new F().u);
// hole: functions as constructors
//// default arguments from other functions
const base = () => '/a'; function f(b = base(), { p = '/p' } = {}) { return b + p; } fetch(f()); fetch(f('/b')); fetch(f(undefined, { p: '/q' }));
//// null is not undefined
function f(b = '/a') { return '' + b; } fetch('/' + f(null)); fetch(f(undefined)); const { x = '/d' } = { x: null }; fetch('/' + x);
//// too few and too many arguments
function f(a, b) { return a + '/' + b; } fetch(f('/a')); fetch(f('/b', 'c', 'd'));
//// a method given as callback
class A { base = '/a'; go = () => fetch(this.base); run() { setTimeout(this.go); addEventListener('x', this.go); } } new A().run();
//// function properties
function api(p) { return api.base + p; } api.base = '/api'; fetch(api('/x'));
//// arguments evaluated once
let n = 0; const next = () => '/n' + (++n); const u = next(); fetch(u); fetch(u);
//// closures over parameters
function client(base) { const full = base + '/v1'; function get(p) { return fetch(full + p); } return { get, url: (p) => full + p }; } const c = client('/api'); c.get('/x'); fetch(c.url('/y'));
//// setTimeout with a named function
function tick() { fetch('/tick'); } setTimeout(tick, 1000); function poll(u) { setTimeout(function () { fetch(u + '/p'); }); } poll('/a');
//// comma operator and void
const f = () => (0, '/a'); fetch(f()); const g = () => void 0 || '/b'; fetch(g());
//// getter functions in classes with parameters
class Api { constructor(o) { this.o = o; } get base() { return this.o.base; } url(p) { return this.base + p; } } fetch(new Api({ base: '/a' }).url('/x'));
//// debounce
function debounce(f) { return (...a) => f(...a); } const save = debounce((u) => fetch('/save' + u)); save('/x');
//// try in a function
function parse(s) { try { return new URL(s).href; } catch { return '/fallback'; } } fetch(parse('https://a.example')); fetch(parse('nope'));
