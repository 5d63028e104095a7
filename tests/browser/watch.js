// Watches a page of pages/: which URLs it requests under connect-src, which are blocked.
// The control policy (see case.js) reports every request that is checked.

'use strict';

function run({ control }) {
  const BARRIER = 'https://barrier.invalid/';
  const rows = {};
  let passed = () => {};

  window.watch = (doc) => {
    doc.addEventListener('securitypolicyviolation', ({ blockedURI, disposition, originalPolicy, effectiveDirective }) => {
      if (effectiveDirective !== 'connect-src') return;
      if (blockedURI.startsWith(BARRIER)) {
        if (originalPolicy === control) passed();
      } else {
        rows[blockedURI] ||= disposition === 'enforce';
      }
    });
  };

  function barrier() {
    return new Promise((resolve) => {
      passed = resolve;
      fetch(BARRIER).catch(() => {});
    });
  }

  watch(document);
  addEventListener('load', async () => {
    for (const element of document.querySelectorAll('a[ping], area[ping], button')) element.click();
    // Requests of promises that the page still waits for come after the first.
    for (let i = 0; i < 3; i++) {
      await barrier();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    parent.postMessage(rows, '*');
  });
}
