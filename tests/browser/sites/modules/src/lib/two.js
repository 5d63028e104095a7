import * as three from '../three.js';
export default () => {
  fetch('https://b.test/two').catch(() => {});
  three.three();
};
