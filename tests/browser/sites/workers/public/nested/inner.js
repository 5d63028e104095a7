importScripts('inner-part.js', '/parts/other-part.js');
fetch('https://a.test/inner').catch(() => {});
fetch('https://b.test/inner').catch(() => {});
