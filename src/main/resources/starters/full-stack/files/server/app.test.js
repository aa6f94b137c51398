import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createApp } from './app.js';
import { Entries } from './entries.js';

let folder;
let server;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guestbook-'));
  await writeFile(join(folder, 'index.html'), '<h1>page</h1>');
  server = createApp(await Entries.open(join(folder, 'data/entries.json')), folder).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});

afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

async function call(method, path, body) {
  const response = await fetch(`http://127.0.0.1:${server.address().port}${path}`, {
    method,
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: body && JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

const list = async () => JSON.parse((await call('GET', '/api/entries')).text).entries;

it('keeps entries, the newest first', async () => {
  expect((await call('POST', '/api/entries', { name: ' Asha ', text: 'Hello' })).status).toBe(201);
  expect((await call('POST', '/api/entries', { name: 'Ravi', text: 'Namaste' })).status).toBe(201);
  expect((await list()).map((entry) => entry.name)).toEqual(['Ravi', 'Asha']);
});

it('has them again after a restart', async () => {
  await call('POST', '/api/entries', { name: 'Asha', text: 'Hello' });
  const again = await Entries.open(join(folder, 'data/entries.json'));
  expect(again.latest().map((entry) => entry.text)).toEqual(['Hello']);
});

it('loses none of many at once', async () => {
  const all = Array.from({ length: 30 }, (_, i) => call('POST', '/api/entries', { name: 'n', text: `${i}` }));
  expect((await Promise.all(all)).every((answer) => answer.status === 201)).toBe(true);
  const saved = JSON.parse(await readFile(join(folder, 'data/entries.json'), 'utf8'));
  expect(new Set(saved.map((entry) => entry.id)).size).toBe(30);
});

it('says what is wrong', async () => {
  for (const entry of [{}, { name: 'x' }, { name: ' ', text: 'x' }, { name: 'x'.repeat(61), text: 'x' }]) {
    const answer = await call('POST', '/api/entries', entry);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text).error).toMatch(/^(name|text) must/);
  }
  expect(await list()).toEqual([]);
});

it('refuses a file that it cannot read instead of losing it', async () => {
  await writeFile(join(folder, 'broken.json'), '[{');
  await expect(Entries.open(join(folder, 'broken.json'))).rejects.toThrow('cannot be read');
});

it('serves the page, and nothing else', async () => {
  expect((await call('GET', '/')).text).toContain('<h1>page</h1>');
  expect((await call('GET', '/../package.json')).status).toBe(404);
  expect((await call('GET', '/health')).text).toBe('{"status":"ok"}');
});
