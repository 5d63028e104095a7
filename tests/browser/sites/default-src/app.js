new Worker('/w.js');
fetch('/api').catch(() => {});
fetch('https://a.test/app').catch(() => {});
fetch('https://b.test/app').catch(() => {});
