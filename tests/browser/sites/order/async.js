fetch('https://a.test/async').catch(() => {});
fetch('https://b.test/async').catch(() => {});
