export function last() {
  fetch('https://c.test/last').catch(() => {});
}
