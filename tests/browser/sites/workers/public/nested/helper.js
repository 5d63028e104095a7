fetch('https://a.test/helper').catch(() => {});
fetch('https://b.test/helper').catch(() => {});
