fetch('https://a.test/not-this').catch(() => {});
fetch('https://b.test/not-this').catch(() => {});
