if ('serviceWorker' in navigator) navigator.serviceWorker.register('/sw.js');
fetch('https://a.test/app').catch(() => {});
fetch('https://b.test/app').catch(() => {});
