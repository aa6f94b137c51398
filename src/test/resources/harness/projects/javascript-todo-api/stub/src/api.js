import { createServer } from 'node:http';

export function createApi(store) {
  return createServer((request, response) => {
    response.end(JSON.stringify({ status: 'ok' }));
  });
}
