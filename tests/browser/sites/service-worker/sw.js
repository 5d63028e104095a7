importScripts('/sw-part.js');
self.addEventListener('install', (event) => {
  event.waitUntil(fetch('https://a.test/install').catch(() => {}));
  event.waitUntil(fetch('/install').catch(() => {}));
  event.waitUntil(caches.open('v1').then((cache) => cache.addAll(['https://b.test/cached'])).catch(() => {}));
  event.waitUntil(caches.open('v2').then((cache) => cache.addAll(['https://a.test/cached'])).catch(() => {}));
});
