//// names by block
const u = '/outer'; { const u = '/inner'; fetch(u); } fetch(u);
//// names by function
var u = '/outer'; function f() { var u = '/inner'; fetch(u); } f(); fetch(u);
//// var leaks from a block
if (true) { var u = '/a'; } fetch(u);
//// var in a loop body is one variable
for (var i = 0; i < 2; i++) { var u = '/a'; } fetch(u);
//// function declared later
fetch(url()); function url() { return '/a'; }
//// function redeclared
function url() { return '/a'; } function url() { return '/b'; } fetch(url());
//// function in a block
{ function url() { return '/a'; } fetch(url()); }
//// class hoisting and statics
class A { static u = '/a'; static make() { return this.u + '/b'; } } fetch(A.make());
//// closure over a variable set later
let u = '/a'; const go = () => fetch(u); u = '/b'; go();
// allow: fetch /a # whether the call comes before or after the assignment is not followed
//// closure over a loop variable
const go = []; for (const u of ['/a', '/b']) go.push(() => fetch(u)); go.forEach(f => f());
//// named function expression
const f = function url(n) { return n ? '/a' : url(1); }; fetch(f(0));
// hole: it calls itself
//// same name in sibling functions
function f() { const u = '/a'; return u; } function g() { const u = '/b'; return u; } fetch(f()); fetch(g());
//// shadowing by a parameter
const u = '/a'; function f(u) { fetch('/f' + u); } f('/x'); fetch(u);
//// catch parameter shadows
const u = '/a'; try { throw '/b'; } catch (u) { fetch(u); } fetch(u);
// hole: what is caught is not followed
//// optional catch binding
let u; try { u = '/a'; } catch { u = '/b'; } fetch(u);
// allow: fetch /b # whether the try block throws is not followed
//// with
// allow: fetch /a # the name outside
const u = '/a'; with ({ u: '/b' }) { fetch(u); }
// hole: with
//// with and the sink itself
// given: o = {}, { fetch: (x) => x }
with (o) { fetch('/a'); }
//// eval changes a name
// allow: fetch /a # the first value
let u = '/a'; eval("u = '/b'"); fetch(u);
// hole: eval
//// eval in a function changes outer names
// allow: fetch /a # the first value
var u = '/a'; function f(code) { eval(code); } f("u = '/b'"); fetch(u);
// hole: eval
//// indirect eval changes globals only
// allow: fetch /a # the first value
var u = '/a'; function f() { const v = '/c'; (0, eval)("u = '/b'"); fetch(v); } f(); fetch(u);
// hole: eval
//// globals by assignment
base = '/a'; fetch(base + '/b'); window.other = '/c'; fetch(other); fetch(window.base);
//// undeclared global set in a function
function init() { window.API = '/api'; } init(); fetch(API + '/x'); fetch(window.API + '/y');
//// top level var is a property of the window
var API = '/api'; fetch(window.API + '/x');
//// undefined is shadowable but undefined
// given: x = undefined, '/x'
fetch(x === undefined ? '/a' : '/b');
//// labelled blocks and breaks
// given: c = true, false
let u = '/a'; done: { if (c) break done; u = '/b'; } fetch(u);
//// break leaves a loop before the assignment
// given: c = true, false
let u = '/a'; while (true) { if (c) break; u = '/b'; break; } fetch(u);
//// continue skips the assignment
// given: c = true, false
let u = '/a'; for (const x of [1]) { if (c) continue; u = '/b'; } fetch(u);
//// arguments object
function f() { fetch(arguments[0]); fetch('/p' + arguments[1]); } f('/a', '/b');
// hole: arguments
//// arguments changes a parameter
// allow: fetch /a # the argument as passed
function f(u) { arguments[0] = '/b'; return u; } fetch(f('/a'));
// hole: arguments
//// assignment to a parameter
function f(u) { u = u || '/d'; fetch(u); } f(); f('/x');
// hole: the parameter
//// assignment to a parameter by default operator
function f(u) { u ??= '/d'; return u; } fetch(f()); fetch(f('/x'));
//// this at the top level
this.base = '/a'; fetch(base);
