//// origin
fetch(location.origin + '/a'); fetch(window.location.origin + '/b'); fetch(`${document.location.origin}/c`); fetch(self.origin + '/d'); fetch(origin + '/e'); const { origin: o, host } = location; fetch(o + '/f'); fetch('//' + host + '/g');
//// href
fetch(location.href); fetch(document.URL); fetch(document.baseURI); fetch(location); fetch('' + location); fetch(location.toString()); fetch(String(window.location)); fetch(`${location}`);
//// pathname and search
fetch(location.pathname + location.search); fetch(location.pathname); fetch('/x' + location.pathname + 'y'); fetch('/s' + location.search + location.hash);
//// port and hostname
fetch('https://' + location.hostname + ':8443/x'); fetch('//' + location.hostname + (location.port ? ':' + location.port : '') + '/y'); fetch(location.protocol + '//' + location.hostname + '/z');
//// scheme switch by protocol
const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:'; new WebSocket(scheme + '//' + location.host + '/a'); new WebSocket(`${location.protocol == 'http:' ? 'ws' : 'wss'}://${location.host}/b`); new WebSocket((window.location.protocol !== 'https:' ? 'ws://' : 'wss://') + window.location.host + '/c');
//// scheme switch by if
let p; if (location.protocol === 'https:') { p = 'wss:'; } else { p = 'ws:'; } new WebSocket(p + '//' + location.host + '/a'); var s = 'ws'; if (location.protocol == 'https:') s = 'wss'; new WebSocket(s + '://' + location.host + '/b');
//// scheme switch by early return
function base() { if (location.protocol === 'https:') return 'wss://' + location.host; return 'ws://' + location.host; } new WebSocket(base() + '/a');
//// scheme switch by replace
new WebSocket(location.origin.replace(/^http/, 'ws') + '/a'); new WebSocket(location.origin.replace('http', 'ws') + '/b'); new WebSocket(location.protocol.replace('http', 'ws') + '//' + location.host + '/c'); new WebSocket(window.location.href.replace(/^http(s?):/, 'ws$1:')); new WebSocket(location.origin.replace(/^http(s)?/, (m, s) => s ? 'wss' : 'ws') + '/d');
// hole: replaced by a function
//// scheme switch by url
const u = new URL('/a', location.href); u.protocol = u.protocol.replace('http', 'ws'); new WebSocket(u); const v = new URL(location); v.protocol = v.protocol === 'https:' ? 'wss:' : 'ws:'; v.pathname = '/b'; new WebSocket(v.href); const w = new URL('/c', location); w.protocol = w.protocol == 'https:' ? 'wss' : 'ws'; new WebSocket(w.toString());
//// scheme switch by slicing
new WebSocket('ws' + location.origin.slice(4) + '/a'); new WebSocket('ws' + location.protocol.slice(4) + '//' + location.host + '/b'); new WebSocket('ws' + location.href.substring(4)); new WebSocket((location.protocol.indexOf('s') > 0 ? 'wss' : 'ws') + '://' + location.host + '/c');
// hole: orders are not followed
// allow: WebSocket ws://{location.host}/c # orders are not followed
// allow: WebSocket wss://{location.host}/c # orders are not followed
//// scheme switch by lookup
const map = { 'http:': 'ws:', 'https:': 'wss:' }; new WebSocket(map[location.protocol] + '//' + location.host + '/a');
//// scheme switch by switch
let p; switch (location.protocol) { case 'https:': p = 'wss:'; break; default: p = 'ws:'; } new WebSocket(`${p}//${location.host}/a`);
//// scheme switch by test
new WebSocket((/^https/.test(location.protocol) ? 'wss' : 'ws') + '://' + location.host + '/a'); new WebSocket((location.protocol.startsWith('https') ? 'wss' : 'ws') + '://' + location.host + '/b'); new WebSocket((location.href.startsWith('https:') ? 'wss' : 'ws') + '://' + location.host + '/c'); new WebSocket((location.origin.includes('https') ? 'wss' : 'ws') + '://' + location.host + '/d'); new WebSocket((isSecureContext ? 'wss' : 'ws') + '://' + location.host + '/e'); new WebSocket('ws' + (location.protocol === 'https:' ? 's' : '') + '://' + location.host + '/f'); new WebSocket(`ws${location.protocol === 'https:' && 's' || ''}://${location.host}/g`);
//// scheme switch with a constant
const isSecure = window.location.protocol === 'https:'; const proto = isSecure ? 'wss' : 'ws'; const host = window.location.host; new WebSocket(`${proto}://${host}/a`); if (!isSecure) fetch('http://a.example/x'); else fetch('https://a.example/x');
//// scheme and && guard
location.protocol === 'https:' && fetch('https://a.example/s'); location.protocol === 'http:' && fetch('http://a.example/p'); location.protocol !== 'https:' || fetch('https://a.example/t');
//// url of the page
fetch(new URL('/a', location.href)); fetch(new URL('b', location.origin)); fetch(new URL('/c', window.location)); fetch(new URL('/d', document.baseURI).href); fetch(new URL('/e?x=1', location.origin).pathname); fetch(new URL(location.href).origin + '/f'); fetch(new URL('x/../g', location.origin + '/base/'));
//// relative to the page
fetch(new URL('rel', location.href)); fetch(new URL('./rel2', document.baseURI).toString()); fetch(new URL('?q', location.href).href);
//// urls
fetch(new URL('/a', 'https://a.example/b/c')); fetch(new URL('d', 'https://a.example/b/c').href); fetch(new URL('../e', 'https://a.example/b/c/').toString()); fetch(new URL('//h.example/x', 'https://a.example')); fetch(new URL('?q=1', 'https://a.example/b').href); fetch(new URL('https://B.example:443/%7Ex')); fetch(`${new URL('/t', 'https://a.example')}`); fetch(new URL('https://a.example') + 'x'); fetch(new URL('#h', 'https://a.example/p').href);
//// url parts
const u = new URL('https://user@a.example:8443/p/q?x=1#h'); fetch('/' + u.host); fetch('/' + u.hostname); fetch('/' + u.port); fetch(u.pathname); fetch('/' + u.search); fetch('/' + u.hash); fetch(u.origin + '/o'); fetch('/' + u.protocol + u.username);
//// url setters
const u = new URL('https://a.example/x?y#z'); u.pathname = 'p q'; u.search = 'a=b'; u.hash = ''; u.port = '8443'; fetch(u); u.hostname = 'b.example'; u.host = 'c.example:1'; u.protocol = 'http'; fetch(u.href); u.href = 'https://d.example/'; fetch(u.toString()); u.port = ''; u.search = ''; fetch(`${u}`);
//// url setters in branches
// given: c = true, false
const u = new URL('https://a.example/x'); if (c) u.pathname = '/y'; fetch(u);
//// url setters with appended values
const u = new URL('https://a.example/x'); u.pathname += '/y'; u.search += 'q=1'; fetch(u);
//// url search params
// allow: fetch https://b.example/s?a=1 # what delete() takes away is not followed
// allow: fetch https://b.example/s?{query} # what delete() leaves is not followed
// allow: fetch https://d.example/ # the loop may not run
// given: q = 'a b', 'x&y'
const u = new URL('https://a.example/x'); u.searchParams.set('q', q); u.searchParams.append('r', '1'); fetch(u); const v = new URL('/s?a=1', 'https://b.example'); v.searchParams.delete('a'); fetch(v.href); const w = new URL('https://c.example'); w.search = new URLSearchParams({ q }); fetch(w); const x = new URL('https://d.example/'); for (const [k, val] of Object.entries({ a: 1 })) x.searchParams.append(k, val); fetch(x.toString());
//// search params in a template
// given: q = 'a b', 'x&y', ''
fetch(`/s?${new URLSearchParams({ q })}`); fetch('/t?' + new URLSearchParams({ q }).toString()); const p = new URLSearchParams(); p.append('q', q); fetch(`/u?${p}`); fetch('/v?' + p.toString()); fetch(`/w${q ? `?${p}` : ''}`);
//// url with unknown parts
// hole: an unknown reference may be a whole URL
// given: p = 'x', '/y', 'https://evil.test/'
fetch(new URL(p, 'https://a.example/b/')); fetch(new URL('/x/' + p, 'https://a.example')); fetch(new URL(`https://a.example/${p}`).href); fetch(new URL(`v1/${p}`, 'https://a.example/b/').href);
//// url with an unknown base
// hole: the base
// given: base = 'https://b.example', 'https://c.example/p/'
fetch(new URL('/x', base)); fetch(new URL('https://a.example/abs', base)); fetch(new URL('rel', base).href);
//// url parse and canParse
fetch(URL.canParse && URL.canParse('https://a.example') ? '/y' : '/n'); const u = URL.parse ? URL.parse('/a', 'https://a.example') : new URL('/a', 'https://a.example'); fetch(u.href);
// allow: fetch /n # not followed
//// url in a function
function api(path, params) { const url = new URL(path, 'https://a.example'); if (params) url.search = new URLSearchParams(params).toString(); return url; } fetch(api('/a')); fetch(api('/b', { q: 1 }).href);
//// url from parts
const url = new URL('https://a.example'); url.pathname = ['v1', 'users'].join('/'); fetch(url.href);
//// import meta url
// module
fetch(new URL('./data.json', import.meta.url)); fetch(new URL('/a.json', import.meta.url).href); fetch(import.meta.url); const { url } = import.meta; fetch(url);
//// local development switch
fetch(location.hostname === 'localhost' ? 'http://localhost:3000/a' : 'https://a.example/a');
//// host parts
const [sub] = location.hostname.split('.'); fetch(`https://${sub}.api.example/x`); fetch('https://api.' + location.hostname.split('.').slice(1).join('.') + '/y');
//// page url without its hash
fetch(location.href.split('#')[0]); fetch(location.href.split('?')[0] + '/x'); fetch(location.href.replace(/#.*/, '')); fetch(location.pathname.replace(/\/[^/]*$/, '/y'));
// hole: parts of the page's address
//// nullish location
fetch((window.location?.origin ?? '') + '/a'); fetch((typeof window !== 'undefined' ? window.location.origin : 'http://localhost') + '/b'); fetch((typeof location === 'object' && location.origin || '') + '/c');
//// params of the page
const q = new URLSearchParams(location.search); fetch('/x/' + q.get('q')); fetch(`/y/${q.get('zz') || 'none'}`);
//// document cookie and dataset
fetch('/c/' + document.cookie); fetch('/d/' + document.getElementById('x').id); fetch(document.querySelector('a').href || '/none');
// hole: the document
//// the beginning of the page's address
const at = location.pathname.lastIndexOf('/'); fetch(location.origin + location.pathname.replace(/\/$/, '') + '/a'); fetch(location.pathname.replace(/\/[^/]*$/, '') + '/b'); fetch(location.origin + location.pathname.substring(0, at) + '/c'); fetch(location.origin + location.pathname.slice(0, at + 1)); fetch(location.href.split('?')[0]); fetch(location.href.split('#')[0].split('?')[0] + '/d'); const [before] = location.href.split('?'); fetch(before + '/e'); fetch(location.href.replace(/[?#].*$/, '') + '/f'); fetch(location.href.replace(/#.*/, '')); fetch(location.href.replace(/\/[^/]*$/, '') + '/g');
//// the page's address cut anywhere
// hole: what is cut off may begin in the host
fetch(location.href.substring(0, location.href.lastIndexOf('/')) + '/a'); fetch(location.href.replace(/p.*$/, '') + '/b'); fetch(location.href.split('/')[0] + '//c.example');
//// a port that is there or not
const port = location.port; const colon = port ? ':' : '';
fetch(`https://${location.hostname}${colon}${port}/a`);
new WebSocket('ws://' + location.hostname + (location.port !== '' ? ':' + location.port : '') + '/b');
