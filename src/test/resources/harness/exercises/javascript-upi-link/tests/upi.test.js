import assert from 'node:assert/strict';
import { test } from 'node:test';
import { read, write } from './upi.js';

test('reads payee, name and amount', () => {
  assert.deepEqual(read('upi://pay?pa=shop@bank&pn=Tea%20Shop&am=12.5&cu=INR'), {
    payee: 'shop@bank',
    name: 'Tea Shop',
    paise: 1250,
    note: '',
  });
});

test('an amount may be missing', () => {
  assert.equal(read('upi://pay?pa=shop@bank').paise, null);
});

test('amounts are exact', () => {
  assert.equal(read('upi://pay?pa=shop@bank&am=1.15').paise, 115);
  assert.equal(read('upi://pay?pa=shop@bank&am=19.99').paise, 1999);
});

for (const link of [
  'http://pay?pa=shop@bank',
  'upi://pay?pn=x',
  'upi://pay?pa=shop',
  'upi://pay?pa=shop@bank&am=0',
  'upi://pay?pa=shop@bank&am=1.234',
  'upi://pay?pa=shop@bank&am=-5',
  'upi://pay?pa=shop@bank&cu=USD',
]) {
  test(`refuses ${link}`, () => assert.throws(() => read(link), Error));
}

test('what is written is read back', () => {
  const payment = { payee: 'a.b@upi', name: 'A & B', paise: 105, note: 'rent' };
  assert.deepEqual(read(write(payment)), payment);
});
