//// every api
fetch('/a');
fetchLater('/b');
const x = new XMLHttpRequest(); x.open('GET', '/c'); x.send();
new WebSocket('wss://a.example/d');
new WebSocketStream('wss://a.example/e');
new EventSource('/f');
navigator.sendBeacon('/g', 'x');
new WebTransport('https://a.example/h');
//// cache
caches.open('v1').then(cache => cache.addAll(['/a', '/b']));
caches.open('v1').then(function (c) { return c.add('/c'); });
async function go() { const c = await caches.open('v2'); await c.add('/d'); await c.addAll(['/e'].concat('/f')); }
go();
//// cache of a request
async function go() { const c = await caches.open('v2'); await c.add(new Request('/d')); await c.addAll([new Request('/e'), '/f']); }
go();
//// background fetch
navigator.serviceWorker.ready.then(r => r.backgroundFetch.fetch('id', ['/a', '/b']));
navigator.serviceWorker.ready.then(async (reg) => { await reg.backgroundFetch.fetch('id', '/c'); });
//// fedcm
navigator.credentials.get({ identity: { providers: [{ configURL: 'https://i.example/c.json' }, { configURL: 'https://j.example/c.json' }] } });
//// fedcm through names
const providers = [{ configURL: 'https://i.example/c.json', clientId: 'x' }];
const options = { identity: { context: 'signin', providers } };
navigator.credentials.get(options);
//// window members
window.fetch('/a'); self.fetch('/b'); globalThis.fetch('/c'); frames.fetch('/d'); top.fetch('/e'); parent.fetch('/f');
document.defaultView.fetch('/g'); window.window.self.fetch('/h'); new window.WebSocket('wss://w.example/'); new self.EventSource('/i');
window.navigator.sendBeacon('/j');
//// computed names
window['fetch']('/a');
globalThis['fe' + 'tch']('/b');
const n = 'sendBeacon'; navigator[n]('/c');
const k = `Web${'Socket'}`; new window[k]('wss://a.example/');
const x = new XMLHttpRequest(); x['open']('GET', '/d');
//// aliases
const f = fetch; f('/a');
let g; g = window.fetch; g('/b');
const S = WebSocket; new S('wss://a.example/');
const nav = navigator; nav.sendBeacon('/c');
const w = window; w.fetch('/d');
const b = navigator.sendBeacon.bind(navigator); b('/e');
//// destructuring of the window
const { fetch: f, navigator: { sendBeacon: b }, EventSource: E = null } = window;
f('/a'); b('/b'); new E('/c');
//// destructuring with a default
const { fetch = () => {}, WebSocket: W } = globalThis;
fetch('/a'); new W('wss://a.example/');
//// call apply bind
fetch.call(window, '/a'); fetch.apply(null, ['/b', {}]); fetch.bind(window)('/c'); fetch.bind(window, '/d')();
const args = ['/e', { method: 'POST' }]; fetch.apply(undefined, args); fetch(...args);
window.fetch.call(null, '/f'); navigator.sendBeacon.call(navigator, '/g'); navigator.sendBeacon.apply(navigator, ['/h']);
//// xhr open through call and apply
const x = new XMLHttpRequest(); x.open.call(x, 'GET', '/a'); x.open.apply(x, ['GET', '/b']);
XMLHttpRequest.prototype.open.call(x, 'GET', '/c');
//// xhr open as a value
const x = new XMLHttpRequest(); const open = x.open.bind(x); open('GET', '/a');
//// optional chaining
window?.fetch?.('/a'); navigator.sendBeacon?.('/b'); navigator?.['sendBeacon']?.('/c'); globalThis.fetch?.call(null, '/d');
//// comma and conditional callees
// given: c = true, false
(0, fetch)('/a'); (0, window.fetch)('/b'); (c ? fetch : window.fetch)('/c'); (window.fetch || null)('/d'); (null ?? fetch)('/e'); (c && fetch || fetch)('/f');
//// request objects
fetch(new Request('/a')); const r = new Request('/b', { method: 'POST' }); fetch(r); fetch(new Request(r)); fetch(new Request(new Request('/c'), {}), {}); fetch(r.clone());
//// a request that is not fetched
// none
const r = new Request('/a');
//// request url property
// given: c = 1
const r = new Request('/a'); fetch(r.url); fetch(r.url + '?x');
//// request passed through a function
function make(p) { return new Request('/api' + p, { method: 'POST' }); }
fetch(make('/x'));
//// subclass without constructor
class S extends WebSocket {} new S('wss://a.example/');
class E extends EventSource { close() {} } new E('/a');
//// subclass with constructor
class S extends WebSocket { constructor(path) { super('wss://a.example' + path); } }
new S('/x'); new S('/y');
//// subclass with a constant constructor
class S extends WebSocket { constructor() { super('wss://a.example/'); this.binaryType = 'blob'; } } new S();
//// subclass of a subclass
class A extends EventSource {} class B extends A { constructor() { super('/events'); } } new B();
//// subclass of xhr
class X extends XMLHttpRequest { open(method, url) { super.open(method, '/api' + url); } }
const x = new X(); x.open('GET', '/a');
//// this of an xhr subclass
class X extends XMLHttpRequest { go() { this.open('GET', '/a'); } } new X().go();
//// reflect
Reflect.construct(WebSocket, ['wss://a.example/']); Reflect.apply(fetch, window, ['/a']); Reflect.apply(navigator.sendBeacon, navigator, ['/b']); new (Reflect.get(window, 'EventSource'))('/c');
//// functions that give sinks
function getFetch() { return window.fetch; } getFetch()('/a');
const pick = () => fetch; pick()('/b');
const S = (() => WebSocket)(); new S('wss://a.example/');
//// sinks in objects and arrays
const api = { get: fetch, ws: WebSocket, nested: { beacon: navigator.sendBeacon } };
api.get('/a'); new api.ws('wss://a.example/'); api.nested.beacon('/b'); const list = [fetch]; list[0]('/c');
//// a sink stored on this
class Client { constructor() { this.fetch = window.fetch; this.x = new XMLHttpRequest(); } go() { this.fetch('/a'); this.x.open('GET', '/b'); } }
new Client().go();
//// a sink in a class field
class Client { #f = fetch; static S = WebSocket; go() { this.#f('/a'); new Client.S('wss://a.example/'); } }
new Client().go();
//// a sink passed to a local function
function run(f) { f('/a'); }
run(fetch);
//// a sink passed to a local arrow function
const run = (f, url) => f('/api' + url); run(fetch, '/a'); run(window.fetch, '/b');
//// a sink passed in an object
function run({ f }) { f('/a'); }
run({ f: fetch });
//// a sink as default parameter
function run(url, f = fetch) { return f('/api' + url); }
run('/a'); run('/b', (x) => x);
//// a class passed to a local function
function connect(S) { return new S('wss://a.example/'); } connect(WebSocket);
//// an xhr passed to a local function
function send(xhr) { xhr.open('GET', '/a'); } send(new XMLHttpRequest());
//// an xhr factory
function create() { return window.XMLHttpRequest ? new XMLHttpRequest() : null; } const x = create(); x.open('POST', '/a');
//// an xhr in a closure
(function () { var xhr = new XMLHttpRequest(), method = 'GET'; xhr.onload = function () {}; xhr.open(method, '/a', true); xhr.send(null); })();
//// an xhr assigned in branches
// given: c = true, false
let x; if (c) { x = new XMLHttpRequest(); } else { x = new window.XMLHttpRequest(); } x.open('GET', '/a');
//// an array callback that is a sink
['/a', '/b'].map(fetch); ['/c'].forEach(u => fetch(u)); Promise.all(['/d', '/e'].map(u => fetch(u)));
//// promise then is a sink
Promise.resolve('/a').then(fetch);
//// ping by script
const a = document.createElement('a'); a.ping = '/a /b'; const area = document.createElement('area'); area.setAttribute('ping', '/c'); a.setAttribute('PING', 'https://x.example/d');
//// ping of a computed property
const a = document.createElement('a'); a['ping'] = '/a';
//// ping through Object.assign
const a = Object.assign(document.createElement('a'), { href: '/', ping: '/a' });
//// preload by script
const link = document.createElement('link'); link.rel = 'preload'; link.as = 'fetch'; link.href = '/a.json'; document.head.appendChild(link);
//// preload by setAttribute
const link = document.createElement('link'); link.setAttribute('rel', 'preload'); link.setAttribute('as', 'fetch'); link.setAttribute('href', '/a.json'); document.head.append(link);
//// modulepreload by script
const link = document.createElement('link'); link.href = '/m.json'; link.rel = 'modulepreload'; link.as = 'json'; document.head.append(link);
//// nested calls as arguments
fetch('/a').then(() => fetch('/b')).then(r => r.json()).then(() => { fetch('/c'); });
async function go() { const r = await (await fetch('/d')).json(); await fetch('/e'); } go();
//// a fetch wrapped over itself
const original = window.fetch; window.fetch = function (url, init) { return original('/proxy' + url, init); }; window.fetch('/a');
// allow: fetch /a # the replaced fetch is still taken as one
//// tagged and new without arguments
// none
new XMLHttpRequest; typeof fetch; void WebSocket; fetch.toString(); `${fetch}`; const s = "fetch('/a')"; /* fetch('/b') */
//// sink in a generator
function* saga() { yield fetch('/a'); } [...saga()];
//// sink in a getter and a setter
const o = { get data() { fetch('/a'); return 1; }, set data(v) { fetch('/b'); } }; o.data; o.data = 2;
//// sink in a static block and a field initialiser
class A { static { fetch('/a'); } x = fetch('/b'); static y = fetch('/c'); } new A();
//// sink in default values and computed keys
function f(a = fetch('/a')) {} f(); const { b = fetch('/b') } = {}; const o = { [fetch('/c')]: 1 };
//// sink in switch and loop heads
for (let i = (fetch('/a'), 0); i < 1 && fetch('/b'); fetch('/c'), i++); switch (fetch('/d'), 1) { case (fetch('/e'), 1): fetch('/f'); } do { fetch('/g'); } while (fetch('/h') && 0);
//// sink in catch and finally
try { throw 1; } catch { fetch('/a'); } finally { fetch('/b'); }
//// sink in template and spread
`${fetch('/a')}`; [...[fetch('/b')]]; ({ ...{ x: fetch('/c') } });
//// timers and events
setTimeout(() => fetch('/a'), 10); addEventListener('load', function () { fetch('/b'); }); document.addEventListener('click', () => { navigator.sendBeacon('/c'); });
