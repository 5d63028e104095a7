fetch('https://a.test/free').catch(() => {});
fetch('https://b.test/free').catch(() => {});
