fetch('https://a.test/sw-part').catch(() => {});
fetch('https://b.test/sw-part').catch(() => {});
