fetch('http://a.test/app').catch(() => {});
fetch('http://b.test/app').catch(() => {});
new WebSocket('ws://a.test/app');
