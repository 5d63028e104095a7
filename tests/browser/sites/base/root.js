fetch('https://a.test/root').catch(() => {});
fetch('https://b.test/root').catch(() => {});
