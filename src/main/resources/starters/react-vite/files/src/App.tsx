import { type FormEvent, useEffect, useReducer, useState } from 'react';
import { load, save } from './storage';
import { type Filter, filters, left, reduce, type Todo, visible } from './todos';

const storage = typeof localStorage === 'undefined' ? undefined : localStorage;

export function App({ initial }: { initial?: readonly Todo[] }) {
  const [todos, dispatch] = useReducer(reduce, initial ?? (storage ? load(storage) : []));
  const [filter, setFilter] = useState<Filter>('all');
  const [title, setTitle] = useState('');

  useEffect(() => {
    if (storage) save(storage, todos);
  }, [todos]);

  const add = (event: FormEvent) => {
    event.preventDefault();
    dispatch({ type: 'add', title });
    setTitle('');
  };

  return (
    <main>
      <h1>Todo list</h1>
      <form onSubmit={add}>
        <input
          aria-label="New task"
          placeholder="What needs doing?"
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
        <button>Add</button>
      </form>
      <ul>
        {visible(todos, filter).map((todo) => (
          <li key={todo.id} className={todo.done ? 'done' : undefined}>
            <label>
              <input
                type="checkbox"
                checked={todo.done}
                onChange={() => dispatch({ type: 'toggle', id: todo.id })}
              />
              {todo.title}
            </label>
            <button
              aria-label={`Remove ${todo.title}`}
              onClick={() => dispatch({ type: 'remove', id: todo.id })}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      <footer>
        <span role="status">{left(todos)}</span>
        <span className="filters">
          {filters.map((name) => (
            <button key={name} aria-pressed={name === filter} onClick={() => setFilter(name)}>
              {name}
            </button>
          ))}
        </span>
        <button onClick={() => dispatch({ type: 'clear-done' })}>Clear done</button>
      </footer>
    </main>
  );
}
