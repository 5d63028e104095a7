fetch('https://a.test/shared').catch(() => {});
fetch('https://b.test/shared').catch(() => {});
fetch('https://c.test/shared').catch(() => {});
fetch('https://d.test/shared').catch(() => {});
