// Filters of the endpoints. Without this script all of them are there.
'use strict';
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const endpoints = all('.endpoint').map((element) => ({ element, kind: element.dataset.kind, text: null }));
  const bar = document.getElementById('filters');
  if (!bar) return;
  const buttons = all('.filter');
  const search = document.getElementById('search');
  const shown = document.getElementById('shown');
  const unfold = document.getElementById('unfold');
  const groups = all('.origin');

  const apply = () => {
    const kinds = new Set(buttons.filter((b) => b.ariaPressed === 'true').map((b) => b.dataset.kind));
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const one of endpoints) {
      if (words.length) one.text ??= one.element.querySelector('summary').textContent.toLowerCase();
      const is = kinds.has(one.kind) && words.every((word) => one.text.includes(word));
      one.element.hidden = !is;
      count += is;
    }
    for (const group of groups) group.hidden = !group.querySelector('.endpoint:not([hidden])');
    shown.textContent = `${count} of ${endpoints.length} endpoints`;
  };

  let waiting = 0;
  search.addEventListener('input', () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(apply);
  });
  for (const button of buttons) {
    button.addEventListener('click', () => {
      button.ariaPressed = String(button.ariaPressed !== 'true');
      apply();
    });
  }
  const open = (is) => {
    for (const one of endpoints) if (!one.element.hidden) one.element.open = is;
  };
  unfold.addEventListener('click', () => {
    const is = unfold.ariaPressed !== 'true';
    unfold.ariaPressed = String(is);
    open(is);
  });
  bar.hidden = false;
  apply();
})();
