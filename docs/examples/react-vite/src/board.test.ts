import { describe, expect, it } from 'vitest';
import { type Action, type Board, emptyBoard, progress, reduce } from './board';

const after = (...actions: Action[]): Board => actions.reduce(reduce, emptyBoard);

describe('the board', () => {
  it('puts a new task into the first column', () => {
    expect(after({ type: 'add', title: ' Write tests ' }).tasks).toEqual([
      { id: 1, title: 'Write tests', column: 'todo' },
    ]);
  });

  it('takes no task without a title', () => {
    expect(after({ type: 'add', title: '   ' })).toBe(emptyBoard);
  });

  it('stops a task at the last column', () => {
    const forward: Action = { type: 'move', id: 1, by: 1 };
    const board = after({ type: 'add', title: 'Ship' }, forward, forward, forward);
    expect(board.tasks[0]?.column).toBe('done');
  });

  it('never gives an id twice', () => {
    const board = after(
      { type: 'add', title: 'one' },
      { type: 'remove', id: 1 },
      { type: 'add', title: 'two' },
    );
    expect(board.tasks.map((task) => task.id)).toEqual([2]);
  });

  it('counts what is done', () => {
    const board = after(
      { type: 'add', title: 'one' },
      { type: 'add', title: 'two' },
      { type: 'add', title: 'three' },
      { type: 'move', id: 2, by: 1 },
      { type: 'move', id: 2, by: 1 },
    );
    expect(progress(board)).toBe(33);
    expect(progress(emptyBoard)).toBe(0);
  });
});
