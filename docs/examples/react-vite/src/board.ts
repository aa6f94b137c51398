export const columns = ['todo', 'doing', 'done'] as const;
export type ColumnId = (typeof columns)[number];

export interface Task {
  readonly id: number;
  readonly title: string;
  readonly column: ColumnId;
}

export interface Board {
  readonly nextId: number;
  readonly tasks: readonly Task[];
}

export type Action =
  | { type: 'add'; title: string }
  | { type: 'move'; id: number; by: -1 | 1 }
  | { type: 'remove'; id: number };

export const emptyBoard: Board = { nextId: 1, tasks: [] };

/** Applies one action; an action that makes no sense leaves the board as it is. */
export function reduce(board: Board, action: Action): Board {
  switch (action.type) {
    case 'add': {
      const title = action.title.trim();
      if (title === '') return board;
      const task: Task = { id: board.nextId, title, column: 'todo' };
      return { nextId: board.nextId + 1, tasks: [...board.tasks, task] };
    }
    case 'move':
      return {
        ...board,
        tasks: board.tasks.map((task) =>
          task.id === action.id ? { ...task, column: neighbour(task.column, action.by) } : task,
        ),
      };
    case 'remove':
      return { ...board, tasks: board.tasks.filter((task) => task.id !== action.id) };
  }
}

/** Share of the tasks that are done, in whole percent; an empty board has nothing done. */
export function progress(board: Board): number {
  if (board.tasks.length === 0) return 0;
  const done = board.tasks.filter((task) => task.column === 'done').length;
  return Math.round((100 * done) / board.tasks.length);
}

function neighbour(column: ColumnId, by: -1 | 1): ColumnId {
  return columns[columns.indexOf(column) + by] ?? column;
}
