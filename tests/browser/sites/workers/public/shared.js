fetch('https://a.test/shared-worker').catch(() => {});
fetch('https://b.test/shared-worker').catch(() => {});
