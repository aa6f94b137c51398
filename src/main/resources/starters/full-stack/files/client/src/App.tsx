import { type FormEvent, useEffect, useState } from 'react';
import { addEntry, type Entry, loadEntries } from './api';
import { EntryList } from './EntryList';

const ask = (path: string, init?: RequestInit) => fetch(path, init);
const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));

export function App() {
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');

  useEffect(() => {
    loadEntries(ask).then(setEntries, (error) => setProblem(reason(error)));
  }, []);

  const sign = async (event: FormEvent) => {
    event.preventDefault();
    try {
      const entry = await addEntry(ask, { name, text });
      setEntries((before) => [entry, ...before]);
      setText('');
      setProblem('');
    } catch (error) {
      setProblem(reason(error));
    }
  };

  return (
    <main>
      <h1>Guestbook</h1>
      <form onSubmit={sign}>
        <input
          aria-label="Your name"
          placeholder="Your name"
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <textarea
          aria-label="What you want to say"
          placeholder="What you want to say"
          maxLength={1000}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <button>Sign</button>
      </form>
      {problem && <p role="alert">{problem}</p>}
      <EntryList entries={entries} />
    </main>
  );
}
