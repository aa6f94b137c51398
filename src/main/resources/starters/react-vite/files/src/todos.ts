export interface Todo {
  readonly id: number;
  readonly title: string;
  readonly done: boolean;
}

export const filters = ['all', 'open', 'done'] as const;
export type Filter = (typeof filters)[number];

export type Action =
  | { type: 'add'; title: string }
  | { type: 'toggle'; id: number }
  | { type: 'remove'; id: number }
  | { type: 'clear-done' };

/** Applies one action; an action that makes no sense leaves the list as it is. */
export function reduce(todos: readonly Todo[], action: Action): readonly Todo[] {
  switch (action.type) {
    case 'add': {
      const title = action.title.trim();
      return title === '' ? todos : [...todos, { id: nextId(todos), title, done: false }];
    }
    case 'toggle':
      return todos.map((todo) => (todo.id === action.id ? { ...todo, done: !todo.done } : todo));
    case 'remove':
      return todos.filter((todo) => todo.id !== action.id);
    case 'clear-done':
      return todos.filter((todo) => !todo.done);
  }
}

export function visible(todos: readonly Todo[], filter: Filter): readonly Todo[] {
  return filter === 'all' ? todos : todos.filter((todo) => todo.done === (filter === 'done'));
}

export function left(todos: readonly Todo[]): string {
  const open = todos.filter((todo) => !todo.done).length;
  return open === 1 ? '1 task left' : `${open} tasks left`;
}

function nextId(todos: readonly Todo[]): number {
  return todos.reduce((highest, todo) => Math.max(highest, todo.id), 0) + 1;
}
