import { fileURLToPath } from 'node:url';
import { createApp } from './app.js';
import { Entries } from './entries.js';

const pages = fileURLToPath(new URL('../dist', import.meta.url));
const entries = await Entries.open(process.env.DATA ?? 'data/entries.json');
const server = createApp(entries, pages).listen(Number(process.env.PORT ?? 3000), '0.0.0.0', () => {
  console.log(`listening on http://localhost:${server.address().port}`);
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => server.close(() => process.exit(0)));
}
