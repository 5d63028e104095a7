fetch('https://a.test/twice').catch(() => {});
fetch('https://b.test/twice').catch(() => {});
fetch('https://c.test/twice').catch(() => {});
fetch('https://d.test/twice').catch(() => {});
