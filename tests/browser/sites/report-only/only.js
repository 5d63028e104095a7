fetch('https://a.test/only').catch(() => {});
