fetch('https://a.test/imported').catch(() => {});
fetch('https://b.test/imported').catch(() => {});
