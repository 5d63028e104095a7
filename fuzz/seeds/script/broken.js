cconst a = { b: ['https://a.test/', ...c], get d() { return `${e}/f`; } };
fetch(a.b[0]); navigator.sendBeacon("https://not.test/", { ... });
function g({ h = 'x', ...i }, ...[j]) { if (!h) return; for (const k of i) fetch(k + j
} }
/* no end
