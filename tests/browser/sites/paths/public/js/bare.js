fetch('https://a.test/bare').catch(() => {});
fetch('https://d.test/bare').catch(() => {});
