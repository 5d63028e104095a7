// Runs the cases of one document, one after the other, and posts what was observed.
//
// Every document carries a further report-only policy, the control: `connect-src 'none'`. It
// reports every request that is checked at all, so that nothing has to be guessed from time:
// - a case whose request was checked has an event of the control;
// - a barrier request after it has one too, and events come in order, so that once the
//   barrier's is there, all events of the case are.

'use strict';

const BARRIER = 'https://barrier.invalid/';
const LIMIT_MS = 10000;

// Each starts a request and returns a promise of its end, or nothing where script cannot see
// it (the check is then made before the call returns).
const START = {
  fetch: (url) => fetch(url),
  'XMLHttpRequest.open': (url) => {
    const request = new XMLHttpRequest();
    request.open('GET', url);
    const end = ended(request, 'loadend');
    request.send();
    return end;
  },
  WebSocket: (url) => {
    const socket = new WebSocket(url);
    return ended(socket, 'open', 'error', 'close').finally(() => socket.close());
  },
  EventSource: (url) => {
    const source = new EventSource(url);
    return ended(source, 'open', 'error').finally(() => source.close());
  },
  'navigator.sendBeacon': (url) => void navigator.sendBeacon(url, 'x'),
  'a[ping]': (url) => {
    const link = document.createElement('a');
    link.href = '#';
    link.ping = url;
    document.body.append(link);
    link.click();
  },
  'link[rel=preload]': (url) => {
    // Throws where the URL is invalid: the element would then have no event at all.
    new URL(url, document.baseURI);
    const link = document.createElement('link');
    link.rel = 'preload';
    link.as = 'fetch';
    link.crossOrigin = 'anonymous';
    link.href = url;
    const end = ended(link, 'load', 'error');
    document.head.append(link);
    return end;
  },
  import: (url) => import(url, { with: { type: 'json' } }),
  WebTransport: (url) => {
    const transport = new WebTransport(url);
    transport.closed.catch(() => {});
    return transport.ready.finally(() => transport.close());
  },
  fetchLater: (url) => void fetchLater(url),
  'Cache.add': async (url) => (await caches.open('case')).add(url),
};

function ended(target, ...events) {
  return new Promise((resolve) => {
    for (const event of events) target.addEventListener(event, resolve, { once: true });
  });
}

let onViolation = () => {};
document.addEventListener('securitypolicyviolation', (event) => onViolation(event));

function limit() {
  return new Promise((resolve) => setTimeout(resolve, LIMIT_MS, 'limit'));
}

async function observe(control, number, { api, url }) {
  const row = { enforced: [], reported: [], checked: false, error: null };
  const barrier = BARRIER + number;
  let checked, passed;
  const check = new Promise((resolve) => (checked = resolve));
  const pass = new Promise((resolve) => (passed = resolve));
  onViolation = (event) => {
    const isControl = event.disposition === 'report' && event.originalPolicy === control;
    if (event.blockedURI.startsWith(BARRIER)) {
      if (isControl && event.blockedURI === barrier) passed();
    } else if (isControl) {
      row.checked = true;
      checked();
    } else {
      row[event.disposition === 'enforce' ? 'enforced' : 'reported'].push(event.originalPolicy);
    }
  };
  try {
    const end = START[api](url)?.catch((error) => {
      // A blocked or failed request rejects as well: only the error of one that was never
      // checked tells something.
      if (!row.checked) row.error = error.name;
    });
    if (end && (await Promise.race([check, end, limit()])) === 'limit') row.error = 'no end';
  } catch (error) {
    row.error = error.name;
  }
  fetch(barrier).catch(() => {});
  if ((await Promise.race([pass, limit()])) === 'limit') row.error = 'no barrier';
  if (row.checked) row.error = row.error === 'no barrier' ? row.error : null;
  return row;
}

async function run({ control, cases }) {
  const rows = [];
  for (const [index, one] of cases.entries()) rows.push(await observe(control, index, one));
  parent.postMessage(rows, '*');
}
