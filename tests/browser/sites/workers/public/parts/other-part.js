fetch('https://a.test/other-part').catch(() => {});
fetch('https://b.test/other-part').catch(() => {});
