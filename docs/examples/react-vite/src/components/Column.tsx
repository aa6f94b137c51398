import type { Action, ColumnId, Task } from '../board';

const titles: Record<ColumnId, string> = { todo: 'To do', doing: 'Doing', done: 'Done' };

interface Props {
  id: ColumnId;
  tasks: readonly Task[];
  dispatch: (action: Action) => void;
}

export function Column({ id, tasks, dispatch }: Props) {
  return (
    <section className="column" aria-label={titles[id]}>
      <h2>
        {titles[id]} <span className="count">{tasks.length}</span>
      </h2>
      <ul>
        {tasks.map((task) => (
          <li key={task.id}>
            <span>{task.title}</span>
            <span className="buttons">
              {id !== 'todo' && (
                <button
                  aria-label={`Move ${task.title} back`}
                  onClick={() => dispatch({ type: 'move', id: task.id, by: -1 })}
                >
                  ←
                </button>
              )}
              {id !== 'done' && (
                <button
                  aria-label={`Move ${task.title} on`}
                  onClick={() => dispatch({ type: 'move', id: task.id, by: 1 })}
                >
                  →
                </button>
              )}
              <button
                aria-label={`Remove ${task.title}`}
                onClick={() => dispatch({ type: 'remove', id: task.id })}
              >
                ×
              </button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
