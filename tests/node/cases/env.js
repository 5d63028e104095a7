//// process env
// given: process.env.API = 'https://a.example', ''
fetch(process.env.API + '/x'); fetch(`${process.env.API}/y`); const { API } = process.env; fetch((API || 'https://d.example') + '/z'); const { API: base = 'https://e.example' } = process.env; fetch(base + '/w');
// allow: fetch https://e.example/w # it is always set here
//// unset env
// given: process.env.OTHER = '1'
fetch((process.env.API || 'https://d.example') + '/z'); fetch((process.env.API ?? 'https://e.example') + '/z');
//// import meta env
// module
// given: importMetaEnv.VITE_API = 'https://a.example'
fetch(`${import.meta.env.VITE_API}/x`); const api = import.meta.env.VITE_API; fetch(api + '/y');
//// production arms
// module
// given: importMetaEnv = { DEV: false, PROD: true, MODE: 'production' }
// given: process.env.NODE_ENV = 'production'
fetch(import.meta.env.DEV ? 'http://localhost/' : 'https://a.example/'); if (import.meta.env.PROD) fetch('/p'); if (process.env.NODE_ENV !== 'production') fetch('/dev'); fetch(process.env.NODE_ENV === 'production' ? '/q' : '/r'); const isDev = process.env.NODE_ENV === 'development'; fetch(isDev ? '/s' : '/t'); const base = { production: '/u', development: '/v' }[process.env.NODE_ENV]; fetch(base); switch (import.meta.env.MODE) { case 'development': fetch('/w'); break; default: fetch('/x'); }
// allow: fetch /w # cases of a switch are not decided
//// page configuration
// given: window.__CONFIG__ = { api: 'https://a.example' }, { api: '/x' }
fetch(window.__CONFIG__.api + '/a'); fetch(__CONFIG__.api + '/b'); const { api = '/d' } = window.__CONFIG__ ?? {}; fetch(api + '/c');
// allow: fetch /d/c # it is always set here
//// build constants
// given: __API__ = 'https://a.example'
fetch(__API__ + '/x'); fetch(typeof __API__ !== 'undefined' ? __API__ + '/y' : '/none');
// allow: fetch /none # it is always set here
//// env of globalThis
// given: globalThis.process.env.API = 'https://a.example'
fetch(globalThis.process.env.API + '/x'); fetch(window.process?.env?.API + '/y');
// hole: by another path
