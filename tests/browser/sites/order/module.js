fetch('https://a.test/module').catch(() => {});
fetch('https://b.test/module').catch(() => {});
