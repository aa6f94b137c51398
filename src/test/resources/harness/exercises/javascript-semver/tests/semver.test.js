import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare, newest, parse } from './semver.js';

test('parses all parts and leaves build metadata out', () => {
  assert.deepEqual(parse('1.20.3-beta.2+x86'), { major: 1, minor: 20, patch: 3, pre: ['beta', '2'] });
});

for (const text of ['1.2', '01.2.3', '1.2.3-', '1.2.3-a..b', '1.2.3-01', 'v1.2.3']) {
  test(`refuses ${text}`, () => assert.throws(() => parse(text), Error));
}

test('orders by precedence', () => {
  const ordered = [
    '1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta', '1.0.0-beta.2', '1.0.0-beta.11', '1.0.0-rc.1',
    '1.0.0', '1.0.9', '1.0.10', '1.2.0', '2.0.0',
  ];
  for (let i = 1; i < ordered.length; i++) {
    assert.equal(compare(ordered[i - 1], ordered[i]), -1, `${ordered[i - 1]} < ${ordered[i]}`);
    assert.equal(compare(ordered[i], ordered[i - 1]), 1);
  }
  assert.equal(compare('1.0.0+a', '1.0.0+b'), 0);
});

test('newest leaves pre-releases out', () => {
  assert.equal(newest(['1.9.0', '1.10.0', '2.0.0-rc.1']), '1.10.0');
  assert.equal(newest(['2.0.0-rc.1']), null);
});
