import '../src/both.js';
import './helper.js';
const url = new URL('./inner.js', import.meta.url);
new Worker(url);
