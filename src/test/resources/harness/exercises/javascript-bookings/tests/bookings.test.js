import assert from 'node:assert/strict';
import { test } from 'node:test';
import { free, merge, roomsNeeded } from './bookings.js';

const b = (from, to) => ({ from, to });

test('joins what overlaps', () => {
  assert.deepEqual(merge([b(5, 8), b(1, 3), b(2, 6)]), [b(1, 8)]);
});

test('joins what touches', () => {
  assert.deepEqual(merge([b(1, 3), b(3, 5), b(6, 7)]), [b(1, 5), b(6, 7)]);
});

test('a booking within another adds nothing', () => {
  assert.deepEqual(merge([b(1, 9), b(2, 3)]), [b(1, 9)]);
});

test('finds gaps within a range', () => {
  assert.deepEqual(free([b(2, 4), b(6, 12)], 0, 10), [b(0, 2), b(4, 6)]);
  assert.deepEqual(free([], 0, 10), [b(0, 10)]);
  assert.deepEqual(free([b(20, 30)], 0, 10), [b(0, 10)]);
});

test('a room is free again at the end', () => {
  assert.equal(roomsNeeded([b(1, 3), b(3, 5)]), 1);
  assert.equal(roomsNeeded([b(1, 4), b(2, 6), b(3, 5)]), 3);
  assert.equal(roomsNeeded([]), 0);
});

test('does not change its argument', () => {
  const bookings = [b(5, 8), b(1, 6)];
  merge(bookings);
  assert.deepEqual(bookings, [b(5, 8), b(1, 6)]);
});

test('refuses bookings that do not end after they begin', () => {
  assert.throws(() => roomsNeeded([b(3, 3)]), RangeError);
});
