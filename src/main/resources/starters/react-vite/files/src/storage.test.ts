import { expect, it } from 'vitest';
import { load, save } from './storage';

const holding = (text: string | null) => ({ getItem: () => text });

it('gives back what was saved', () => {
  let kept = '';
  save({ setItem: (_, value) => (kept = value) }, [{ id: 1, title: 'one', done: true }]);
  expect(load(holding(kept))).toEqual([{ id: 1, title: 'one', done: true }]);
});

it('starts empty on anything else', () => {
  for (const text of [null, '', '{', '7', '{"id":1}', '[null,3,{"id":"x"}]']) {
    expect(load(holding(text))).toEqual([]);
  }
});
