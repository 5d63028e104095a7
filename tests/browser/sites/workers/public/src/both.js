fetch('https://a.test/both').catch(() => {});
fetch('https://b.test/both').catch(() => {});
