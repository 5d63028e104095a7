fetch('https://a.test/deep').catch(() => {});
fetch('https://b.test/deep').catch(() => {});
