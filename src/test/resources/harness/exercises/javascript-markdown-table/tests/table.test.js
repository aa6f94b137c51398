import assert from 'node:assert/strict';
import { test } from 'node:test';
import { table } from './table.js';

test('pads columns to their widest cell', () => {
  assert.equal(
    table([['City', 'PIN'], ['Bengaluru', 560001]]),
    '| City      | PIN    |\n| --------- | ------ |\n| Bengaluru | 560001 |',
  );
});

test('aligns', () => {
  assert.equal(
    table([['a', 'b', 'c'], ['12', '12345', '123456']], ['right', 'center', 'left']),
    '|   a |   b   | c      |\n| --: | :---: | :----- |\n|  12 | 12345 | 123456 |',
  );
});

test('escapes bars and line breaks', () => {
  assert.equal(table([['a|b'], ['x\ny']]), '| a\\|b   |\n| ------ |\n| x<br>y |');
});

test('fills short rows', () => {
  assert.equal(table([['one', 'two'], ['1']]), '| one | two |\n| --- | --- |\n| 1   |     |');
});

test('nothing gives nothing', () => {
  assert.equal(table([]), '');
});
