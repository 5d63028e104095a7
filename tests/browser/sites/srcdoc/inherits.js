fetch('https://a.test/inherits').catch(() => {});
fetch('https://b.test/inherits').catch(() => {});
