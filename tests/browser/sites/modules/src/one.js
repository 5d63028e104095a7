import two from './lib/two.js';
export function one() {
  fetch('https://a.test/one').catch(() => {});
  two();
}
