import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diff } from './diff.js';

test('equal values have no changes', () => {
  assert.deepEqual(diff({ a: [1, { b: null }] }, { a: [1, { b: null }] }), []);
});

test('tells what was added, removed and changed, by path', () => {
  assert.deepEqual(diff({ b: 1, c: 2 }, { a: 0, c: 3 }), [
    { path: '/a', kind: 'added', after: 0 },
    { path: '/b', kind: 'removed', before: 1 },
    { path: '/c', kind: 'changed', before: 2, after: 3 },
  ]);
});

test('compares lists by index', () => {
  assert.deepEqual(diff([1, 2], [1, 3, 4]), [
    { path: '/1', kind: 'changed', before: 2, after: 3 },
    { path: '/2', kind: 'added', after: 4 },
  ]);
});

test('escapes names', () => {
  assert.deepEqual(diff({ 'a/b~c': 1 }, { 'a/b~c': 2 }), [
    { path: '/a~1b~0c', kind: 'changed', before: 1, after: 2 },
  ]);
});

test('a list is not an object, and null is not a container', () => {
  assert.deepEqual(diff({ x: [] }, { x: {} }), [{ path: '/x', kind: 'changed', before: [], after: {} }]);
  assert.deepEqual(diff(null, {}), [{ path: '', kind: 'changed', before: null, after: {} }]);
});
