//// shadowed by let const var and functions
// none
{ let fetch = (x) => x; fetch('/a'); } { const fetch = (x) => x; fetch('/b'); } function f() { var fetch = (x) => x; fetch('/c'); } f(); (function fetch(x) { if (x) fetch(0); })('/d');
//// hoisted var shadows before its line
// none
// throws
function f() { fetch('/a'); var fetch = (x) => x; } f();
//// hoisted function shadows
// none
function f() { fetch('/a'); function fetch() {} } f();
//// var in a block shadows the function
// none
// throws
function f() { if (true) { fetch('/a'); } if (false) { var fetch = 1; } } f();
//// temporal dead zone
// none
// throws
{ fetch('/a'); let fetch = 1; }
//// parameter of an unrelated kind
// none
function f(WebSocket) { new WebSocket('wss://a.example/'); } f(class { });
//// catch parameter
// none
try { throw (x) => x; } catch (fetch) { fetch('/a'); }
//// class named like a sink
// none
class WebSocket { constructor(u) {} } new WebSocket('wss://a.example/'); { class EventSource {} new EventSource('/a'); }
//// imports named like sinks
// none
// module
// given: modules = { x: { fetch: (u) => u, WebSocket: class {} } }
import { fetch, WebSocket } from 'x'; fetch('/a'); new WebSocket('wss://a.example/');
//// methods with the same names
// none
// given: repo = { fetch() {}, open() {}, sendBeacon() {}, add() {}, addAll() {} }
repo.fetch('/a'); repo.open('GET', '/b'); repo.sendBeacon('/c'); repo.add('/d'); repo.addAll(['/e']); window.open('GET', '/f'); open('GET', '/g'); indexedDB.open('a', '/h'); caches.open('/i'); new Set().add('/j'); new Map().get('/k');
//// a class with its own fetch
// none
class Repo { fetch(u) { return u; } open(m, u) {} go() { this.fetch('/a'); this.open('GET', '/b'); } } new Repo().go();
//// an object with its own fetch
// none
const repo = { fetch: (u) => u, open(m, u) {} }; repo.fetch('/a'); repo.open('GET', '/b');
//// block scoped shadow ends
{ let fetch = (x) => x; fetch('/a'); } fetch('/b');
//// function scoped shadow ends
function f() { const fetch = (x) => x; return fetch('/a'); } f(); fetch('/b');
//// named function expression is bound inside only
const g = function fetch(n) { return n; }; g(1); fetch('/b');
//// shadow in a loop head
for (const fetch of [(x) => x]) fetch('/a'); for (let WebSocket = 0; WebSocket < 1; WebSocket++); fetch('/b');
//// default parameter scope sees the outer name
const url = '/outer'; function f(a = url) { const url = '/inner'; fetch(a); } f();
//// default parameter sees earlier parameters
function f(base = '/api', full = base + '/x') { fetch(full); } f();
//// service worker fetch handler
// none
// throws
addEventListener('fetch', (event) => { event.respondWith(fetchIt(event.request)); }); function fetchIt(r) { return r; }
//// an object literal method named fetch
// none
const api = { async fetch(u) { return u; }, WebSocket: class {} }; api.fetch('/a'); new api.WebSocket('wss://a.example/');
//// destructured from a local object
// none
const { fetch, sendBeacon } = { fetch: (x) => x, sendBeacon() {} }; fetch('/a'); sendBeacon('/b');
//// conditionally replaced by a local function
// none
const fetch = (u) => u; const f = fetch; f('/a'); f.call(null, '/b');
//// instance of a local class with the same name
// none
class XMLHttpRequest { open(m, u) {} } const x = new XMLHttpRequest(); x.open('GET', '/a');
