import { type FormEvent, useReducer, useState } from 'react';
import { type Board, columns, progress, reduce } from './board';
import { Column } from './components/Column';

const firstBoard: Board = {
  nextId: 4,
  tasks: [
    { id: 1, title: 'Write the project into a job', column: 'done' },
    { id: 2, title: 'Build it in a sandbox', column: 'doing' },
    { id: 3, title: 'Take the ZIP', column: 'todo' },
  ],
};

export function App({ initial = firstBoard }: { initial?: Board }) {
  const [board, dispatch] = useReducer(reduce, initial);
  const [title, setTitle] = useState('');

  const add = (event: FormEvent) => {
    event.preventDefault();
    dispatch({ type: 'add', title });
    setTitle('');
  };

  return (
    <main>
      <header>
        <h1>Task board</h1>
        <p role="status">{progress(board)} % done</p>
      </header>
      <form onSubmit={add}>
        <input
          aria-label="New task"
          placeholder="What is next?"
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
        <button>Add</button>
      </form>
      <div className="columns">
        {columns.map((id) => (
          <Column
            key={id}
            id={id}
            tasks={board.tasks.filter((task) => task.column === id)}
            dispatch={dispatch}
          />
        ))}
      </div>
    </main>
  );
}
