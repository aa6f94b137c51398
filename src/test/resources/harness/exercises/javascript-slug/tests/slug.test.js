import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slug, unique } from './slug.js';

for (const [title, wanted] of [
  ['Hello, World!', 'hello-world'],
  ['  Café  Mysoré ', 'cafe-mysore'],
  ['चाय की दुकान', 'चाय-की-दुकान'],
  ['C++ & C#', 'c-c'],
  ['!!!', 'untitled'],
  ['२०२५ Plan', '२०२५-plan'],
]) {
  test(`${title} becomes ${wanted}`, () => assert.equal(slug(title), wanted));
}

test('long titles are cut at a hyphen', () => {
  assert.equal(slug(`${'a'.repeat(50)} ${'b'.repeat(20)}`), 'a'.repeat(50));
  assert.equal(slug('a'.repeat(80)), 'a'.repeat(60));
  assert.equal(slug(`${'a'.repeat(30)} ${'b'.repeat(29)} c`), `${'a'.repeat(30)}-${'b'.repeat(29)}`);
});

test('taken names get numbers', () => {
  assert.equal(unique('A', new Set()), 'a');
  assert.equal(unique('A', new Set(['a', 'a-2'])), 'a-3');
});
