import { go } from '../lib/go.js';
go();
import('../lib/late.js');
