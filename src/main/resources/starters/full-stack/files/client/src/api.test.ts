import { expect, it } from 'vitest';
import { addEntry, loadEntries } from './api';

const answering = (status: number, body: string) => async () => new Response(body, { status });

it('reads the entries', async () => {
  const entry = { id: 1, name: 'Asha', text: 'Hello', at: '2026-01-01T00:00:00Z' };
  expect(await loadEntries(answering(200, JSON.stringify({ entries: [entry] })))).toEqual([entry]);
});

it('sends an entry as JSON', async () => {
  let sent: RequestInit | undefined;
  await addEntry(async (_, init) => ((sent = init), new Response('{}')), { name: 'Asha', text: 'Hello' });
  expect(sent?.method).toBe('POST');
  expect(JSON.parse(String(sent?.body))).toEqual({ name: 'Asha', text: 'Hello' });
});

it('tells the reason of a refusal', async () => {
  const entry = { name: '', text: '' };
  await expect(addEntry(answering(400, '{"error":"name must not be empty"}'), entry)).rejects.toThrow(
    'name must not be empty',
  );
  await expect(addEntry(answering(502, '<html>'), entry)).rejects.toThrow('the server answered 502');
});
