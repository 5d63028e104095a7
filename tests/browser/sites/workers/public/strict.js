fetch('https://a.test/strict').catch(() => {});
fetch('https://b.test/strict').catch(() => {});
