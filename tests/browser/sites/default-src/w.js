fetch('/api/w').catch(() => {});
fetch('https://a.test/w').catch(() => {});
fetch('https://b.test/w').catch(() => {});
