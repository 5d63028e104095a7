fetch('https://a.test/after').catch(() => {});
fetch('https://b.test/after').catch(() => {});
