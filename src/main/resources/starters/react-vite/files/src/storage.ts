import type { Todo } from './todos';

const key = 'todos';

/** What was saved last; nothing where nothing was saved, or something else wrote there. */
export function load(storage: Pick<Storage, 'getItem'>): readonly Todo[] {
  try {
    const saved: unknown = JSON.parse(storage.getItem(key) ?? '[]');
    return Array.isArray(saved) ? saved.filter(isTodo) : [];
  } catch {
    return [];
  }
}

export function save(storage: Pick<Storage, 'setItem'>, todos: readonly Todo[]): void {
  storage.setItem(key, JSON.stringify(todos));
}

function isTodo(value: unknown): value is Todo {
  const todo = value as Todo;
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof todo.id === 'number' &&
    typeof todo.title === 'string' &&
    typeof todo.done === 'boolean'
  );
}
