fetch('https://a.test/outer').catch(() => {});
fetch('https://c.test/outer').catch(() => {});
