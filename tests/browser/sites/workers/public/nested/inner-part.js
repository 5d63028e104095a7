fetch('https://b.test/inner-part').catch(() => {});
fetch('https://c.test/inner-part').catch(() => {});
