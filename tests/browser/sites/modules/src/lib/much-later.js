export const go = async () => {
  await fetch('https://a.test/later').catch(() => {});
  await fetch('https://c.test/later').catch(() => {});
  const { last } = await import('./last.js');
  last();
};
