export { go } from './much-later.js';
