import type { Entry } from './api';

export function EntryList({ entries }: { entries: readonly Entry[] }) {
  if (entries.length === 0) return <p>Nobody has signed yet.</p>;
  return (
    <ol>
      {entries.map((entry) => (
        <li key={entry.id}>
          <strong>{entry.name}</strong> <time dateTime={entry.at}>{entry.at.slice(0, 10)}</time>
          <p>{entry.text}</p>
        </li>
      ))}
    </ol>
  );
}
