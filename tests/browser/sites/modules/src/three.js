export const three = () => fetch('https://b.test/three').catch(() => {});
