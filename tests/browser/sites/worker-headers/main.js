const worker = new Worker('workers/w.js');
worker.postMessage('x');
const module = new Worker(new URL('workers/m.js', location), { type: 'module' });
fetch('https://a.test/main').catch(() => {});
fetch('https://b.test/main').catch(() => {});
fetch('https://c.test/main').catch(() => {});
