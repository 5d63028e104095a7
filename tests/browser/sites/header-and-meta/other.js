fetch('https://a.test/other').catch(() => {});
fetch('https://c.test/other').catch(() => {});
