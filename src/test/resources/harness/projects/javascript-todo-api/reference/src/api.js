import { createServer } from 'node:http';
import { HttpError, readJson } from './body.js';

export function createApi(store) {
  return createServer(async (request, response) => {
    try {
      const { status, body } = await route(store, request, new URL(request.url, 'http://localhost'));
      send(response, status, body);
    } catch (error) {
      if (!(error instanceof HttpError)) console.error(error);
      send(response, error.status ?? 500, { error: error.status ? error.message : 'it failed' });
    }
  });
}

async function route(store, request, url) {
  if (url.pathname === '/health') return method(request, { GET: () => ({ status: 200, body: { status: 'ok' } }) });
  if (url.pathname === '/todos') {
    return method(request, {
      GET: () => ({ status: 200, body: store.list(wanted(url.searchParams.get('done'))) }),
      POST: async () => ({ status: 201, body: store.add(title(await readJson(request))) }),
    });
  }
  const id = Number(/^\/todos\/(\d+)$/.exec(url.pathname)?.[1]);
  if (!id) throw new HttpError(404, 'there is nothing here');
  return method(request, {
    PATCH: () => ({ status: 200, body: store.toggle(id) ?? missing() }),
    DELETE: () => ({ status: 204, body: store.remove(id) || missing() }),
  });
}

function method(request, handlers) {
  const handler = handlers[request.method];
  if (!handler) throw new HttpError(405, `${request.method} is not known here`);
  return handler();
}

function title(body) {
  const text = typeof body?.title === 'string' ? body.title.trim() : '';
  if (text.length < 1 || text.length > 100) throw new HttpError(400, 'a title must have 1 to 100 characters');
  return text;
}

function wanted(done) {
  return done === null ? undefined : done === 'true';
}

function missing() {
  throw new HttpError(404, 'there is no such to-do');
}

function send(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(status === 204 ? undefined : JSON.stringify(body));
}
