fetch('/api/narrow').catch(() => {});
fetch('https://a.test/narrow').catch(() => {});
fetch('https://b.test/narrow').catch(() => {});
