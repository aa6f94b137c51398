import express from 'express';
import { InvalidEntry } from './entries.js';

/** The API, and the built page from a directory. */
export function createApp(entries, pages) {
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json({ limit: '16kb' }));

  app.get('/health', (request, response) => response.json({ status: 'ok' }));
  app.get('/api/entries', (request, response) => response.json({ entries: entries.latest() }));
  app.post('/api/entries', async (request, response) => {
    response.status(201).json(await entries.add(request.body));
  });

  app.use(express.static(pages));
  app.use((request, response) => response.status(404).json({ error: 'not found' }));
  app.use((error, request, response, next) => {
    if (response.headersSent) return next(error);
    const status = error instanceof InvalidEntry ? 400 : (error.status ?? 500);
    response.status(status).json({ error: status < 500 ? error.message : 'the server failed' });
  });
  return app;
}
