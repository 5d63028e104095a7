// Projects made for the test.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every text means something to some format: markup, escapes, control characters. */
export function hostile(folder) {
  const names = ['a<b>"&\'|`%,;:\u{202e}x.js', 'ü [1] {x}.js', '</style></script>.js'.replaceAll('/', '_')];
  const urls = [
    'https://x.test/"><img src=x onerror=alert(1)>',
    'https://x.test/</script><script>alert(1)</script>',
    'https://y.test/</style><svg onload=alert(1)>',
    'https://z.test/|a`b`*c*[d](javascript:alert(1))',
    'https://z.test/%0A::error::x]]>&amp;&#x41;',
    'https://z.test/\\u001b[31m\\u202e\\u0000\\uFFFF',
    "javascript:alert('1')",
  ];
  for (const name of names) {
    const calls = urls.map((url) => `fetch(${JSON.stringify(url).replaceAll('\\\\u', '\\u')});`);
    calls.push("const odd = 'https://o.test/<b>{}'; fetch(odd + window['<i>x</i>']);");
    writeFileSync(join(folder, name), `${calls.join('\n')}\n`);
  }
  const policy = "default-src 'none'; connect-src 'self' \"><img src=x onerror=alert(2)> a|b`c`, connect-src *";
  writeFileSync(join(folder, 'connect-lint.toml'), `policy = ${JSON.stringify(policy)}\n`);
}

/** 5,000 endpoints on 200 origins, a third of them found by a trail. */
export function large(folder) {
  mkdirSync(join(folder, 'src'));
  for (let file = 0; file < 100; file += 1) {
    const lines = [`const BASE = 'https://api${file}.test/v1';`];
    for (let i = 0; i < 50; i += 1) {
      if (i % 3 === 0) lines.push(`fetch(BASE + '/things/${i}');`);
      else if (i % 3 === 1) lines.push(`fetch('https://cdn${(file + i) % 100}.test/${file}/${i}.json');`);
      else lines.push(`fetch('/local/${file}/${i}?q=' + encodeURIComponent(document.title));`);
    }
    writeFileSync(join(folder, 'src', `part${file}.js`), `${lines.join('\n')}\n`);
  }
  writeFileSync(join(folder, 'connect-lint.toml'), 'policy = "connect-src \'self\' https://*.test"\n[[override]]\nfiles = ["src/part1*.js"]\npolicy = "connect-src \'self\'"\n');
}
