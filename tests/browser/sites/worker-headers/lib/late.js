fetch('https://b.test/late').catch(() => {});
fetch('https://c.test/late').catch(() => {});
