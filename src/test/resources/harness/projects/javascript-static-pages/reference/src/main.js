import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { build } from './site.js';

const texts = {};
for (const file of await readdir('pages')) {
  if (file.endsWith('.md')) texts[file.slice(0, -3)] = await readFile(`pages/${file}`, 'utf8');
}
await mkdir('out', { recursive: true });
const pages = build(texts);
for (const [name, html] of Object.entries(pages)) await writeFile(`out/${name}`, html);
console.log(`${Object.keys(pages).length} pages`);
