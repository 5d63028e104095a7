import { one } from './one.js';
one();
import('./lib/later.js').then((later) => later.go());
