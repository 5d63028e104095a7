//// push
const parts = ['/api']; parts.push('users'); parts.push('7', 'x'); fetch(parts.join('/'));
//// push in a branch
// given: c = true, false
const parts = ['/api']; if (c) parts.push('x'); fetch(parts.join('/'));
// hole: whether it was pushed
//// push in a loop
const parts = ['/api']; for (const x of ['a', 'b']) parts.push(x); fetch(parts.join('/'));
// hole: how often it was pushed
//// push and iterate
const urls = ['/a']; urls.push('/b'); for (const u of urls) fetch(u); urls.forEach(u => fetch('/x' + u));
//// push in another function
const urls = []; function add(u) { urls.push(u); } add('/a'); add('/b'); urls.forEach(u => fetch(u));
// hole: pushed in another function
//// unshift splice and index writes
// allow: fetch /1 # arrays changed in place
// allow: fetch /1h # arrays changed in place
// allow: fetch /1k # arrays changed in place
// allow: fetch /2i # arrays changed in place
// allow: fetch /2k # arrays changed in place
// allow: fetch /j # arrays changed in place
// allow: fetch /k # arrays changed in place
// allow: fetch /s # arrays changed in place
// allow: fetch /w # arrays changed in place
// allow: fetch /x # arrays changed in place
// allow: fetch /p # arrays changed in place
// allow: fetch /m # arrays changed in place
// allow: fetch /l # arrays changed in place
// allow: fetch /v # arrays changed in place
// allow: fetch /t # arrays changed in place
// allow: fetch /q # arrays changed in place
const a = ['/x']; a.unshift('/y'); fetch(a[0]); const b = ['/1', '/2']; b.splice(0, 1); fetch(b[0]); const c = ['/p']; c[0] = '/q'; fetch(c[0]); const d = ['/m']; d[d.length] = '/n'; fetch(d[1]); const e = ['/k', '/l']; e.length = 1; fetch(e[1] || '/none'); const f = ['/s', '/t']; f.reverse(); fetch(f[0]); const g = ['/w', '/v']; g.sort(); fetch(g[0]); const h = ['/1h', '/2h']; h.shift(); fetch(h[0]); const i = ['/1i', '/2i']; i.pop(); fetch(i[i.length - 1]); const j = ['/j', '/k']; j.fill('/f'); fetch(j[0]); const k = ['/1k', '/2k', '/3k']; k.copyWithin(0, 2); fetch(k[0]);
// hole: arrays changed in place
//// concat
const all = ['/a'].concat(['/b'], '/c'); fetch(all[2]); all.forEach(u => fetch('/x' + u)); fetch([].concat('/y')[0]);
//// map filter reduce flat
// given: c = true
['a', 'b'].map(x => '/' + x).forEach(u => fetch(u)); ['/c', '/d'].filter(x => x !== '/z').forEach(u => fetch(u)); fetch(['/e', '/f'].reduce((a, b) => a + b)); fetch(['g', 'h'].reduce((a, b) => a + '/' + b, '/r')); [['/i'], ['/j']].flat().forEach(u => fetch(u)); ['/k'].flatMap(x => [x, x + '/l']).forEach(u => fetch(u));
//// reverse slice sort
// allow: fetch /z # the order is not followed
for (const u of ['/a', '/b'].reverse()) fetch(u); for (const u of ['/c', '/d', '/e'].slice(1)) fetch(u); fetch(['/z', '/y'].sort()[0]); fetch(['/1', '/2'].slice(-1)[0]); fetch(['/p', '/q'].toReversed()[0]);
//// spread of both
const a = ['/a'], b = ['/b']; [...a, ...b].forEach(u => fetch(u)); const [x, ...rest] = [...a, ...b]; fetch(x + rest[0]);
//// destructuring
const [a, [b, c = '/c']] = ['/a', ['/b']]; fetch(a + b + c); const { length, 0: first } = ['/z', 1]; fetch(first + length);
//// find and at
// given: n = 1
const l = [{ n: 1, u: '/a' }, { n: 2, u: '/b' }]; fetch(l.find(x => x.n === n).u); fetch(l.at(0).u); fetch(l[n].u); fetch(l.findLast(() => true).u);
//// includes decides
fetch(['a', 'b'].includes('a') ? '/y' : '/n'); fetch(['a'].indexOf('b') < 0 ? '/no' : '/yes');
// allow: fetch /n # includes is not followed
// allow: fetch /yes # indexOf is not followed
//// from and of
Array.from(['/a', '/b']).forEach(u => fetch(u)); Array.of('/c').forEach(u => fetch(u)); Array.from({ length: 2 }, (_, i) => `/d/${i}`).forEach(u => fetch(u)); Array.from(new Set(['/e'])).forEach(u => fetch(u)); [...new Set(['/f'])].forEach(u => fetch(u)); new Set(['/g']).forEach(u => fetch(u)); new Array('/h').forEach(u => fetch(u)); Array(2).fill('/i').forEach(u => fetch(u));
// hole: sets and array constructors
//// keys values entries
for (const u of ['/a'].values()) fetch(u); for (const [i, u] of ['/b'].entries()) fetch(u + '/' + i); for (const i of ['/c'].keys()) fetch('/k' + i);
//// some and every stop
['/a', '/b'].some(u => fetch(u) && true); ['/c', '/d'].every(u => (fetch(u), true));
// allow: fetch /b # stops early
//// nested arrays
const t = [['/a', '/b'], ['/c']]; fetch(t[0][1]); t.forEach(row => row.forEach(u => fetch('/n' + u))); for (const [h] of t) fetch('/h' + h);
//// array like holes
const l = [, '/a']; fetch(l[1]); fetch('/x' + l[0]);
//// an array as query
const q = [['a', 1], ['b', 2]].map(([k, v]) => `${k}=${v}`).join('&'); fetch('/s?' + q); const o = { a: 1, b: 2 }; fetch('/t?' + Object.keys(o).map(k => k + '=' + o[k]).join('&')); fetch('/u?' + Object.entries(o).map(e => e.join('=')).join('&'));
//// iterating with an early break
for (const u of ['/a', '/b']) { fetch(u); break; }
// allow: fetch /b # stops early
//// array of functions
const makers = [() => '/a', () => '/b']; makers.forEach(m => fetch(m())); fetch(makers[1]());
//// promise all
Promise.all(['/a', '/b'].map(async (u) => { await fetch(u); })); Promise.all([fetch('/c'), fetch('/d')]).then(([a, b]) => a);
//// sliced arguments
function f() { const args = Array.prototype.slice.call(arguments); fetch(args[0]); } f('/a');
// hole: arguments

//// what belongs together in an element stays together
const services = [
  { host: 'https://a.test', paths: ['/1', '/2'] },
  { host: 'https://b.test', paths: ['/3', '/4'] },
];
const load = (host, path) => fetch(host + path);
services.forEach(({ host, paths }) => paths.forEach((path) => fetch(host + path)));
for (const service of services) {
  for (const path of service.paths) new WebSocket(service.host.replace('https', 'wss') + path);
}
for (const { host, paths: [first] } of services) load(host, '/of' + first);
for (const key in { x: 1, y: 2 }) fetch('/' + key + '/' + key);
