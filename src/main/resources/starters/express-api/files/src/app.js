import express from 'express';
import { InvalidNote } from './notes.js';

/** The HTTP side of the notes. */
export function createApp(notes) {
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json({ limit: '64kb' }));

  app.get('/', (request, response) => response.json({ name: 'Notes API', notes: '/api/notes' }));
  app.get('/health', (request, response) => response.json({ status: 'ok' }));

  app.get('/api/notes', (request, response) => {
    response.json({ notes: notes.list(String(request.query.q ?? '')) });
  });
  app.post('/api/notes', (request, response) => {
    const note = notes.add(request.body);
    response.status(201).location(`/api/notes/${note.id}`).json(note);
  });
  app.get('/api/notes/:id', (request, response) => {
    answer(response, notes.find(idOf(request)));
  });
  app.put('/api/notes/:id', (request, response) => {
    answer(response, notes.change(idOf(request), request.body));
  });
  app.delete('/api/notes/:id', (request, response) => {
    if (notes.remove(idOf(request))) response.status(204).end();
    else answer(response, undefined);
  });

  app.use((request, response) => response.status(404).json({ error: 'not found' }));
  app.use((error, request, response, next) => {
    if (response.headersSent) return next(error);
    const status = error instanceof InvalidNote ? 400 : (error.status ?? 500);
    response.status(status).json({ error: status < 500 ? error.message : 'the server failed' });
  });
  return app;
}

const idOf = (request) => (/^[1-9]\d{0,14}$/.test(request.params.id) ? Number(request.params.id) : undefined);

function answer(response, note) {
  if (note) response.json(note);
  else response.status(404).json({ error: 'no such note' });
}
