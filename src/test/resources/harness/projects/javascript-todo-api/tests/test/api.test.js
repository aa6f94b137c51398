import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { createApi } from '../src/api.js';
import { Store } from '../src/store.js';

const server = createApi(new Store());
let base;

before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${server.address().port}`;
});

after(() => server.close());

async function call(method, path, body) {
  const headers = { connection: 'close' };
  const response = await fetch(base + path, { method, headers, body: typeof body === 'object' ? JSON.stringify(body) : body });
  const text = await response.text();
  return { status: response.status, body: text && JSON.parse(text) };
}

test('is alive', async () => {
  assert.deepEqual(await call('GET', '/health'), { status: 200, body: { status: 'ok' } });
});

test('adds, lists, toggles and removes', async () => {
  const added = await call('POST', '/todos', { title: ' Tea ' });
  assert.deepEqual(added, { status: 201, body: { id: 1, title: 'Tea', done: false } });
  await call('POST', '/todos', { title: 'Milk' });
  assert.equal((await call('PATCH', '/todos/1')).body.done, true);
  assert.deepEqual((await call('GET', '/todos?done=true')).body.map((todo) => todo.title), ['Tea']);
  assert.deepEqual((await call('GET', '/todos?done=false')).body.map((todo) => todo.title), ['Milk']);
  assert.equal((await call('DELETE', '/todos/1')).status, 204);
  assert.equal((await call('GET', '/todos')).body.length, 1);
});

for (const [body, status] of [
  ['nonsense', 400],
  [{ title: '' }, 400],
  [{ title: 'x'.repeat(101) }, 400],
  [{}, 400],
  [{ title: 'x'.repeat(20_000) }, 413],
]) {
  test(`answers ${status} to ${JSON.stringify(body).slice(0, 30)}`, async () => {
    const answer = await call('POST', '/todos', body);
    assert.equal(answer.status, status);
    assert.equal(typeof answer.body.error, 'string');
  });
}

test('tells what is not there and what is not done', async () => {
  assert.equal((await call('PATCH', '/todos/99')).status, 404);
  assert.equal((await call('DELETE', '/todos/99')).status, 404);
  assert.equal((await call('GET', '/nothing')).status, 404);
  assert.equal((await call('PUT', '/todos')).status, 405);
});
