import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matches, parse } from './query.js';

test('parses words, quotes, fields and comparisons', () => {
  assert.deepEqual(parse('tea "hot tea" status:open amount>100.5'), [
    { text: 'tea' },
    { text: 'hot tea', exact: true },
    { field: 'status', text: 'open' },
    { field: 'amount', op: '>', value: 100.5 },
  ]);
});

test('a minus turns a term round', () => {
  assert.deepEqual(parse('-tea -status:open'), [
    { text: 'tea', not: true },
    { field: 'status', text: 'open', not: true },
  ]);
});

test('an open quote runs to the end', () => {
  assert.deepEqual(parse('"a b'), [{ text: 'a b', exact: true }]);
});

test('an empty query has no terms and matches', () => {
  assert.deepEqual(parse('  '), []);
  assert.ok(matches([], {}));
});

const bill = { title: 'Masala Tea', status: 'Open', amount: 120 };
for (const [query, found] of [
  ['tea', true],
  ['"tea"', false],
  ['"Tea"', true],
  ['status:OPEN', true],
  ['status:closed', false],
  ['amount>100 amount<200', true],
  ['amount=119', false],
  ['title>5', false],
  ['-coffee', true],
  ['tea -status:open', false],
]) {
  test(`${query} ${found ? 'finds' : 'does not find'} the bill`, () => {
    assert.equal(matches(parse(query), bill), found);
  });
}
