const PAYMENTS = 'https://pay.shop.test';
export const pay = () => ['é 😀 日', fetch(PAYMENTS + '/charge')];
export const goods = () => fetch('https://api.shop.test/goods');
