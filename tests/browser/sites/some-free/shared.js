fetch('https://a.test/shared').catch(() => {});
fetch('https://b.test/shared').catch(() => {});
