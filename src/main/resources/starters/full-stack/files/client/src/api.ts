export interface Entry {
  readonly id: number;
  readonly name: string;
  readonly text: string;
  readonly at: string;
}

export type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

export async function loadEntries(fetch: Fetch): Promise<readonly Entry[]> {
  return (await answered(await fetch('/api/entries'))).entries;
}

export async function addEntry(fetch: Fetch, entry: { name: string; text: string }): Promise<Entry> {
  return answered(
    await fetch('/api/entries', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(entry),
    }),
  );
}

async function answered(response: Response) {
  const body = await response.json().catch(() => undefined);
  if (!response.ok) throw new Error(body?.error ?? `the server answered ${response.status}`);
  return body;
}
