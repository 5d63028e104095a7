import('/data.json', { with: { type: 'json' } }).catch(() => {});
import('https://a.test/data.json', { with: { type: 'json' } }).catch(() => {});
import('./more.js').catch(() => {});
