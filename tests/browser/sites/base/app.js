document.title = 'not this';
