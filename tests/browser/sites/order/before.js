fetch('https://a.test/before').catch(() => {});
fetch('https://b.test/before').catch(() => {});
