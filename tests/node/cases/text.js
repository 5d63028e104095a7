//// concat
fetch('/a'.concat('/b', 1, '/c')); fetch(''.concat('/x', '/y'));
//// replace
fetch('/a/:id/b'.replace(':id', '7')); fetch('/{x}/{y}'.replace('{x}', 'a').replace('{y}', 'b')); fetch('/a-a'.replace('a', '$&$&')); fetch('/a'.replace('z', 'b')); fetch('/a$'.replace('$', '$$'));
//// replace by an unknown value
// given: id = '7', '$&', 'a$$b'
fetch('/a/:id/b'.replace(':id', id));
//// replace with a regex
// hole: a named group
fetch('/a//b//c'.replace(/\/\//g, '/')); fetch('http://a.example/'.replace(/^http(s?):/, 'ws$1:')); fetch('/A/b'.replace(/a/i, 'x')); fetch('/a/b/'.replace(/\/+$/, '')); fetch('/a1b22'.replace(/\d+/g, 'n')); fetch('/a.b'.replace(/./g, 'x')); fetch('/x-y'.replace(/(\w)-(\w)/, '$2-$1')); fetch('/q'.replace(/(?<n>q)/, '$<n>$<n>'));
//// replace with a function
fetch('/a/b'.replace(/b/, () => 'c')); fetch('/a/b'.replace('b', (x) => x + x));
// hole: replaced by a function
//// replaceAll
// hole: an empty needle
fetch('/a-a-b'.replaceAll('a', 'x')); fetch('/a.a'.replaceAll(/a/g, 'b')); fetch('ab'.replaceAll('', '/'));
//// slice substring substr
fetch('/abc'.slice(0, 2)); fetch('x/abc'.slice(1)); fetch('/abc/'.slice(0, -1)); fetch('/abc'.slice(-3)); fetch('/abc'.slice(-9, 9)); fetch('/abc'.slice(3, 1) + '/e'); fetch('/abc'.substring(0, 3)); fetch('/abc'.substring(3, 0)); fetch('/abc'.substring(-5, 2)); fetch('/abcd'.substr(0, 3)); fetch('/abcd'.substr(-2)); fetch('/abcd'.substr(1, 2)); fetch('/abcd'.slice(1.7)); fetch('/abcd'.slice(NaN)); fetch('/abcd'.slice()); fetch('/abcd'.substr(2, -1) + '/e');
//// at and charAt
fetch('/' + 'abc'.at(-1) + 'abc'.at(0) + 'abc'.charAt(1) + 'abc'[2] + 'abc'.charAt(9)); fetch('/' + 'abc'.at(9)); fetch('/' + 'abc'[9]);
//// trim
fetch('  /a '.trim()); fetch(' /b '.trimStart()); fetch(' /c '.trimEnd()); fetch('\n\t/d\u00a0\ufeff'.trim());
//// case
fetch('/AbC'.toLowerCase()); fetch('/AbC'.toUpperCase()); fetch('/ß'.toUpperCase());
//// split and join
// hole: split with a limit
fetch('/a/b/c'.split('/')[2]); fetch('/a,b'.split(',').join('/')); fetch(['', 'a', 'b'].join('/')); fetch('/' + ['a', ['b', 'c']].join('-')); fetch('/' + 'abc'.split('').join('.')); fetch('/a/b'.split('/', 2).join('+')); fetch(['/a', null, undefined, 'b'].join('_')); fetch('/' + [1, 2]); fetch('/' + [] + 'x');
//// split with a regex
// allow: fetch  # the array is changed by pop()
fetch('/a, b'.split(/,\s*/).join('/')); fetch('/a'.split('/').pop()); fetch('/a/b'.split('/').slice(1).join('/'));
// hole: split by a regex
//// pad and repeat
fetch('/' + '7'.padStart(3, '0') + '7'.padEnd(3, 'x') + 'ab'.repeat(2) + '7'.padStart(3) + 'abc'.padStart(2, 'x') + '7'.padStart(5, 'ab'));
//// indexOf based slicing
const u = 'https://a.example/x?y=1'; fetch(u.slice(0, u.indexOf('?'))); fetch(u.substring(u.lastIndexOf('/'))); fetch(u.substring(0, u.indexOf('#') === -1 ? u.length : 0)); fetch(u.slice(u.indexOf('//')));
//// tests of texts
// allow: fetch /out # a position is not followed
const u = '/api/x'; fetch(u.startsWith('/') ? u : '/' + u); fetch(u.endsWith('/') ? u : u + '/'); fetch(u.includes('?') ? u + '&a' : u + '?a'); fetch(/^\/api/.test(u) ? '/y' : '/n'); fetch(u.indexOf('api') > 0 ? '/yes' : '/no'); fetch(~u.indexOf('q') ? '/q' : '/noq'); fetch(u.length === 6 ? '/six' : '/other'); fetch(u.startsWith('api', 1) ? '/in' : '/out'); fetch(u.match(/api/) ? '/m' : '/o');
// allow: fetch /no # orders are not followed
// allow: fetch /q # bit operations are not followed
// allow: fetch /o # matches are not followed
//// tests of unknown texts
// given: p = 'x', '/x', '/x/'
fetch(p.startsWith('/') ? p : '/' + p); fetch('/base' + (p.endsWith('/') ? p : p + '/')); fetch(p[0] === '/' ? '/s' : '/n');
//// raw and char codes
fetch(String.raw`/a\b${'c'}`); fetch(String.fromCharCode(47, 97)); fetch('/' + String.fromCodePoint(98));
// hole: char codes
//// encoding
fetch('/' + encodeURIComponent('a b/c?é&\'()*!~')); fetch(encodeURI('/a b/é?x=1&y#z[]%')); fetch('/' + decodeURIComponent('%61%2Fb')); fetch(decodeURI('/%61%2Fb%20c')); fetch('/' + escape('a b+é/@*_-.')); fetch('/' + unescape('%61%u0062'));
//// encoding of unknown values
// given: q = 'a b', '/../x', 7
fetch(`/s?q=${encodeURIComponent(q)}`); fetch('/s/' + encodeURI(q)); fetch(`https://${encodeURIComponent(q)}.example/`);
// throws
//// base64
fetch(atob('L2E=')); fetch('/' + btoa('a'));
// hole: base64
//// numbers in texts
const port = 8080; fetch('http://localhost:' + port + '/x'); fetch('/' + (5).toString() + (255).toString(16) + (1.005).toFixed(2) + Number('3') + parseInt('4x', 10));
//// String of things
fetch(String(new URL('https://a.example'))); fetch('/' + String(1) + String(true) + String(null)); fetch('/'.concat(String(undefined)));
//// localeCompare and the rest stay unknown
fetch('/' + 'a'.localeCompare('b') + '/' + 'abc'.charCodeAt(0) + '/' + 'abc'.codePointAt(1) + '/' + 'abc'.search('c') + '/' + 'a'.normalize());
//// template with nested templates
const a = 'x'; fetch(`/${`${a}/${`${a}`}`}/${a ? `?q=${a}` : ''}`);
//// line continuations and raw newlines
fetch('/a\
b'); fetch(`/c
d`);
//// text of a regex and a function
fetch('/' + /x\/y/g); fetch('/f/' + (function f() {}));
// hole: text of a function
//// what a pattern matches decides the arm
const go = (p) => { if (p.match(/^http/)) fetch(p); else fetch('/api' + p); };
go('/users'); go('https://other.test/x');
//// a part that a pattern finds
// hole: what a group holds is not worked out
const found = '/a/b'.match(/\/(.)/); fetch('/g/' + found[1]); fetch('/h/' + (found ? found[1] : 'none'));
