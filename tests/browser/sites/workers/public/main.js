new Worker('/free.js');
new Worker('/strict.js');
new SharedWorker('/shared.js');
fetch('https://a.test/main').catch(() => {});
fetch('https://b.test/main').catch(() => {});
