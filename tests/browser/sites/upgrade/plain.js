fetch('http://a.test/plain').catch(() => {});
fetch('http://b.test/plain').catch(() => {});
