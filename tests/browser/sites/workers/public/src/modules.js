import './both.js';
new Worker(new URL('../nested/outer.js', import.meta.url), { type: 'module' });
