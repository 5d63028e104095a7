fetch('https://a.test/joined').catch(() => {});
fetch('https://b.test/joined').catch(() => {});
fetch('https://c.test/joined').catch(() => {});
fetch('https://d.test/joined').catch(() => {});
