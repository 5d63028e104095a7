fetch('https://a.test/users').catch(() => {});
fetch('https://b.test/users').catch(() => {});
