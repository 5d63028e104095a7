fetch('https://a.test/body').catch(() => {});
fetch('https://b.test/body').catch(() => {});
