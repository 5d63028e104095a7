import data from 'https://b.test/static.json' with { type: 'json' };
