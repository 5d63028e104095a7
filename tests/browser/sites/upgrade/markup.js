fetch('http://a.test/markup').catch(() => {});
fetch('http://b.test/markup').catch(() => {});
