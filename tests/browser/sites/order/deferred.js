fetch('https://a.test/deferred').catch(() => {});
fetch('https://b.test/deferred').catch(() => {});
