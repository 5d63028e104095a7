new Worker('/w.js');
