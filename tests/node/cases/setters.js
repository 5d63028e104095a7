//// a function sets what another reads
let base = ''; function setBase(b) { base = b } function load() { fetch(base + '/x') }
setBase('https://a.test'); load();
// allow: fetch /x # the first value
//// set through another function
let base = '/0'; const setBase = (b) => { base = b }; function boot(host) { setBase('https://' + host) }
boot('a.test'); fetch(base + '/x');
// allow: fetch /0/x # the first value
//// two arguments belong together
let u = '/0'; function set(host, port) { u = 'https://' + host + ':' + port } function go() { fetch(u) }
set('a.test', 1); go(); set('b.test', 2); go();
// allow: fetch /0 # the first value
//// a setter that escapes
// given: register = (f) => f('https://b.test'), (f) => {}
let u = '/0'; function set(v) { u = v } function go() { fetch(u) }
set('https://a.test'); register(set); go();
// hole: called by unknown code
// allow: fetch https://a.test # it may be the last
// allow: fetch /0 # the first value
//// a setter of a closure
const s = (function () { const me = {}; let url = '/0'; me.setUrl = u => { url = u }; me.run = () => fetch(url); return me })();
s.setUrl('https://a.test/x'); s.run();
// allow: fetch /0 # the first value
//// a setter of one of two closures
function make() { let u = '/0'; return { set(v) { u = v }, get(p) { fetch(u + p) } } }
const a = make(); a.set('https://a.test'); a.get('/a');
const b = make(); b.set('https://b.test'); b.get('/b');
// allow: fetch /0/a # the first value
// allow: fetch /0{p} # the first value
// allow: fetch /0/b # the first value
//// a method that is called by an unknown name
// given: m = 'set', 'go'
const o = { u: '/0', set(v) { this.u = v ?? '/none' }, go() { fetch(this.u) } };
o.set('https://a.test'); o[m](); o.go();
// hole: the argument of an unknown call
// allow: fetch /0 # the first value
// allow: fetch https://a.test # one of the values
// allow: fetch /none # one of the values
//// a method of the class sets a field
class Api { setBase(b) { this.base = b } load() { return fetch(this.base + '/x') } }
const api = new Api(); api.setBase('https://a.test'); api.load();
//// a setter of the class
class Api { set base(b) { this._base = b } load() { return fetch(this._base + '/x') } }
const api = new Api(); api.base = 'https://a.test'; api.load();
//// two instances with a base each
class Api { setBase(b) { this.base = b } get(p) { return fetch(this.base + p) } }
const a = new Api(); a.setBase('https://a.test'); a.get('/a');
const b = new Api(); b.setBase('https://b.test'); b.get('/b');
//// two instances made with a base each
class Api { constructor(b) { this.base = b } load() { return fetch(this.base + '/x') } get(p) { return fetch(this.base + p) } }
const a = new Api('https://a.test'); a.load(); a.get('/a');
const b = new Api('https://b.test'); b.load(); b.get('/b');
//// the base of a base class
class Base { constructor(b) { this.base = b } load() { return fetch(this.base + '/x') } }
class Api extends Base { constructor() { super('https://a.test') } }
new Api().load();
//// a class that is also extended without a constructor
class Base { constructor(b) { this.base = b } load() { return fetch(this.base + '/x') } }
class Api extends Base { }
new Api('https://a.test').load(); new Base('https://b.test').load();
//// a setter that calls itself
let u = '/0'; function set(v, n) { u = v; if (n > 0) set(v + '/x', n - 1) }
set('https://a.test', 1); fetch(u);
// hole: recursion
// allow: fetch /0 # the first value
// allow: fetch https://a.test # the value before the last
//// the parameter of the function around the sink
let last = ''; function load(u) { last = u; return fetch(last) }
load('https://a.test/x');
