import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PriorityQueue } from './queue.js';

function drain(queue) {
  const values = [];
  while (queue.size > 0) values.push(queue.pop());
  return values;
}

test('gives the smallest first', () => {
  const queue = new PriorityQueue();
  for (const value of [5, 3, 9, 1, 7, 1]) queue.push(value);
  assert.equal(queue.peek(), 1);
  assert.deepEqual(drain(queue), [1, 1, 3, 5, 7, 9]);
});

test('is empty at first', () => {
  const queue = new PriorityQueue();
  assert.equal(queue.pop(), undefined);
  assert.equal(queue.peek(), undefined);
  assert.equal(queue.size, 0);
});

test('keeps the order of equals', () => {
  const queue = new PriorityQueue((a, b) => a.rank - b.rank);
  for (const name of ['a', 'b', 'c', 'd']) queue.push({ rank: 1, name });
  queue.push({ rank: 0, name: 'first' });
  assert.deepEqual(drain(queue).map((value) => value.name), ['first', 'a', 'b', 'c', 'd']);
});

test('sorts many numbers', () => {
  const queue = new PriorityQueue((a, b) => b - a);
  for (let i = 0; i < 500; i++) queue.push((i * 7919) % 500);
  assert.deepEqual(drain(queue), Array.from({ length: 500 }, (_, i) => 499 - i));
});
