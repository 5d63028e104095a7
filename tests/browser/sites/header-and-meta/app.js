fetch('https://a.test/app').catch(() => {});
fetch('https://b.test/app').catch(() => {});
fetch('https://c.test/app').catch(() => {});
fetch('https://d.test/app').catch(() => {});
