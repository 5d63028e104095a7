fetch('https://a.test/inner').catch(() => {});
fetch('https://c.test/inner').catch(() => {});
