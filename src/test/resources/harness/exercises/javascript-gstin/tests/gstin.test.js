import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCharacter, isGstin } from './gstin.js';

test('computes check characters', () => {
  assert.equal(checkCharacter('27AAPFU0939F1Z'), 'V');
  assert.equal(checkCharacter('00000000000000'), '0');
});

test('knows a right number', () => {
  assert.ok(isGstin('27AAPFU0939F1ZV'));
});

for (const [text, why] of [
  ['27AAPFU0939F1ZW', 'its check character is wrong'],
  ['27AAPFU0939F1Z', 'it is too short'],
  ['39AAPFU0939F1ZS', 'there is no such state'],
  ['00AAPFU0939F1ZA', 'there is no state 00'],
  ['27aapfu0939f1zv', 'it is in small letters'],
  ['27AAPFU0939F0ZX', 'a zero is where none may be'],
]) {
  test(`refuses ${text}: ${why}`, () => assert.ok(!isGstin(text)));
}
