export const go = () => fetch('https://a.test/go').catch(() => {});
