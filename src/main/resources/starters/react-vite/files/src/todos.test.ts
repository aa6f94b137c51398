import { describe, expect, it } from 'vitest';
import { type Action, left, reduce, type Todo, visible } from './todos';

const after = (...actions: Action[]): readonly Todo[] => actions.reduce(reduce, [] as readonly Todo[]);
const two = after({ type: 'add', title: 'one' }, { type: 'add', title: 'two' }, { type: 'toggle', id: 2 });

describe('the list', () => {
  it('adds a task at the end, without the spaces around it', () => {
    expect(after({ type: 'add', title: ' Buy milk ' })).toEqual([{ id: 1, title: 'Buy milk', done: false }]);
  });

  it('takes no task without a title', () => {
    expect(after({ type: 'add', title: '   ' })).toEqual([]);
  });

  it('toggles one task and no other', () => {
    expect(two.map((todo) => todo.done)).toEqual([false, true]);
    expect(reduce(two, { type: 'toggle', id: 2 }).map((todo) => todo.done)).toEqual([false, false]);
  });

  it('removes one task, or all that are done', () => {
    expect(reduce(two, { type: 'remove', id: 1 }).map((todo) => todo.title)).toEqual(['two']);
    expect(reduce(two, { type: 'clear-done' }).map((todo) => todo.title)).toEqual(['one']);
  });

  it('shows what the filter asks for', () => {
    expect(visible(two, 'all')).toHaveLength(2);
    expect(visible(two, 'open').map((todo) => todo.title)).toEqual(['one']);
    expect(visible(two, 'done').map((todo) => todo.title)).toEqual(['two']);
  });

  it('says what is left', () => {
    expect(left([])).toBe('0 tasks left');
    expect(left(two)).toBe('1 task left');
  });
});
