jconst EVENTS = 'https://events.tours.example';

function track(name) {
  navigator.sendBeacon(`${EVENTS}/v2/${encodeURIComponent(name)}`);
  navigator.sendBeacon(`${EVENTS}/v1/${encodeURIComponent(name)}`);
}

async function weather(place) {
  const url = new URL('/forecast', 'https://weather.example');
  url.searchParams.set('q', place);
  const response = await fetch(url);
  return response.json();
}

function tile(server, x, y) {
  return fetch(`https://${server}.tiles.example/${x}/${y}.pbf`);
}

const updates = new EventSource('https://api.tours.example/updates');
updates.onmessage = ({ data }) => track(data);

if ('serviceWorker' in navigator) {
  navigator.serviceWorker.register('/workers/sw.js');
  const prices = new Worker('/workers/prices.js');
  prices.postMessage({ currency: 'EUR' });
}

if (process.env.NODE_ENV !== 'production') {
  fetch('http://localhost:9000/__log', { method: 'POST' });
}
