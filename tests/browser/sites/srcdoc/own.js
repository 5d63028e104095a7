fetch('https://a.test/own').catch(() => {});
fetch('https://b.test/own').catch(() => {});
fetch('https://c.test/own').catch(() => {});
