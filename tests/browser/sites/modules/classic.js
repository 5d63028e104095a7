import('./src/lib/later.js').then((later) => later.go());
