import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wrap } from './wrap.js';

test('fills a line to its last character', () => {
  assert.deepEqual(wrap('aa bb cc', 5), ['aa bb', 'cc']);
});

test('breaks before the word that does not fit', () => {
  assert.deepEqual(wrap('the quick brown fox', 9), ['the quick', 'brown fox']);
});

test('runs of spaces count as one', () => {
  assert.deepEqual(wrap('  a   b  ', 10), ['a b']);
});

test('cuts long words', () => {
  assert.deepEqual(wrap('ab cdefghij k', 4), ['ab', 'cdef', 'ghij', 'k']);
});

test('keeps empty lines', () => {
  assert.deepEqual(wrap('a\n\nb', 4), ['a', '', 'b']);
});

test('refuses no width', () => {
  assert.throws(() => wrap('a', 0), RangeError);
});
