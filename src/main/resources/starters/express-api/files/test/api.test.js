import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createApp } from '../src/app.js';
import { Notes } from '../src/notes.js';

let server;
let base;

before(async () => {
  server = createApp(new Notes()).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  base = `http://127.0.0.1:${server.address().port}`;
});

after(() => server.close());

async function call(method, path, body) {
  const response = await fetch(base + path, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

test('a note is made, read, changed, found and deleted', async () => {
  const made = await call('POST', '/api/notes', { title: ' Shopping ', text: 'milk' });
  assert.equal(made.status, 201);
  assert.equal(made.body.title, 'Shopping');
  const path = made.headers.get('location');

  assert.deepEqual((await call('GET', path)).body, made.body);

  const changed = await call('PUT', path, { title: 'Shopping', text: 'milk and tea' });
  assert.equal(changed.body.text, 'milk and tea');
  assert.equal(changed.body.created_at, made.body.created_at);

  const found = await call('GET', '/api/notes?q=TEA');
  assert.deepEqual(found.body.notes.map((note) => note.id), [made.body.id]);

  assert.equal((await call('DELETE', path)).status, 204);
  assert.equal((await call('GET', path)).status, 404);
  assert.equal((await call('DELETE', path)).status, 404);
});

test('the newest note comes first', async () => {
  const first = await call('POST', '/api/notes', { title: 'first' });
  const second = await call('POST', '/api/notes', { title: 'second' });
  const ids = (await call('GET', '/api/notes')).body.notes.map((note) => note.id);
  assert.ok(ids.indexOf(second.body.id) < ids.indexOf(first.body.id));
});

test('what is wrong with a note is told', async () => {
  for (const [body, message] of [
    [{}, 'title must be a string'],
    [{ title: '  ' }, 'title must not be empty'],
    [{ title: 'x'.repeat(201) }, 'title must have at most 200 characters'],
    [{ title: 'x', text: 7 }, 'text must be a string'],
  ]) {
    const answer = await call('POST', '/api/notes', body);
    assert.equal(answer.status, 400);
    assert.equal(answer.body.error, message);
  }
  assert.equal((await call('POST', '/api/notes', '{"title":')).status, 400);
  assert.equal((await call('POST', '/api/notes', { title: 'x', text: 'y'.repeat(100_000) })).status, 413);
});

test('ids and paths that do not exist are 404', async () => {
  for (const path of ['/api/notes/0', '/api/notes/1e3', '/api/notes/abc', '/api/notes/999999', '/nowhere']) {
    assert.equal((await call('GET', path)).status, 404, path);
  }
});

test('it says that it is alive', async () => {
  assert.deepEqual((await call('GET', '/health')).body, { status: 'ok' });
});
