fetch('https://a.test/static').catch(() => {});
fetch('https://b.test/static').catch(() => {});
