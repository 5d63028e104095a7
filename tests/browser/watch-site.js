// Watches a page of sites/ and the workers that run with it: which URLs each requests under
// connect-src, which are blocked. Before every script of a site, so that it comes first in each
// worker; the page has it as a script of its own, with the paths of its workers.
//
// The control policy (see case.js) reports every request that is checked. The end is when
// nothing new came in ROUNDS rounds, each as long as a request that the control reports and the
// load of a module; a worker tells the page of its own.

(({ control, workers }) => {
  const isWorker = typeof WorkerGlobalScope !== 'undefined';
  if (self.isWatched || (!isWorker && !workers)) return;
  self.isWatched = true;

  const BARRIER = 'https://barrier.invalid/';
  const ROUNDS = 8;
  const LIMIT_MS = 10000;
  const here = location.pathname;
  const channel = new BroadcastChannel('watch');
  let quiet = 0;
  let passed = () => {};

  const watch = (target, tell) => {
    target.addEventListener('securitypolicyviolation', ({ blockedURI, disposition, originalPolicy, effectiveDirective }) => {
      if (effectiveDirective !== 'connect-src') return;
      if (blockedURI.startsWith(BARRIER)) {
        if (originalPolicy === control) passed();
        return;
      }
      quiet = 0;
      tell(blockedURI, disposition === 'enforce');
    });
  };

  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  const end = async () => {
    while (quiet++ < ROUNDS) {
      const pass = new Promise((resolve) => (passed = resolve));
      fetch(BARRIER).catch(() => {});
      await pass;
      // A service worker imports nothing later, a policy may forbid it.
      await import(`${location.origin}/.barrier.js?${Math.random()}`).catch(() => {});
      await pause(20);
    }
  };

  if (isWorker) {
    const tell = (message) => channel.postMessage({ worker: here, ...message });
    tell({});
    watch(self, (url, blocked) => tell({ url, blocked }));
    end().then(() => tell({ ended: true }));
    return;
  }

  const rows = { [here]: {} };
  const ended = new Set();
  const add = (where, url, blocked) => (rows[where][url] ||= blocked);
  self.watch = (document) => watch(document, (url, blocked) => add(here, url, blocked));
  self.watch(document);
  channel.onmessage = ({ data }) => {
    rows[data.worker] ||= {};
    if (data.url) add(data.worker, data.url, data.blocked);
    if (data.ended) ended.add(data.worker);
  };
  addEventListener('load', async () => {
    for (const element of document.querySelectorAll('a[ping], area[ping], button')) element.click();
    await end();
    const until = performance.now() + LIMIT_MS;
    const missing = () => workers.filter((path) => !ended.has(path));
    while (missing().length && performance.now() < until) await pause(20);
    await end();
    const unlisted = Object.keys(rows).filter((path) => path !== here && !workers.includes(path));
    parent.postMessage({ rows, missing: missing(), unlisted }, '*');
  });
})
