fetch('http://a.test/w').catch(() => {});
fetch('http://b.test/w').catch(() => {});
