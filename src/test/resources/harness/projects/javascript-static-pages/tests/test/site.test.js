import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { split } from '../src/frontmatter.js';
import { toHtml } from '../src/markdown.js';
import { build } from '../src/site.js';

for (const [markdown, html] of [
  ['## Tea', '<h2>Tea</h2>'],
  ['one\ntwo\n\nthree', '<p>one two</p>\n<p>three</p>'],
  ['- a\n- b', '<ul><li>a</li><li>b</li></ul>'],
  ['**b** and *i*', '<p><strong>b</strong> and <em>i</em></p>'],
  ['`**<b>**`', '<p><code>**&lt;b&gt;**</code></p>'],
  ['<script>', '<p>&lt;script&gt;</p>'],
  ['[a](https://x.in/?a=1&b=2)', '<p><a href="https://x.in/?a=1&amp;b=2">a</a></p>'],
  ['[a](javascript:alert(1))', '<p>a)</p>'],
  ['[a](menu.html) [b](#top)', '<p><a href="menu.html">a</a> <a href="#top">b</a></p>'],
]) {
  test(`${JSON.stringify(markdown)} in HTML`, () => assert.equal(toHtml(markdown), html));
}

test('parts what is told of a page from its body', () => {
  assert.deepEqual(split('---\ntitle: A: b\n---\ntext'), { data: { title: 'A: b' }, body: 'text' });
  assert.deepEqual(split('---\n---\ntext'), { data: {}, body: 'text' });
  assert.deepEqual(split('text'), { data: {}, body: 'text' });
});

test('pages are linked in their order, drafts are left out', () => {
  const pages = build({ b: '# Beta', a: '---\norder: 2\n---\n# Alpha', c: '---\ndraft: true\n---\nx', d: '---\ntitle: A<\n---\n' });
  assert.deepEqual(Object.keys(pages).sort(), ['a.html', 'b.html', 'd.html']);
  assert.ok(pages['a.html'].includes('<nav><a href="d.html">A&lt;</a> <a href="b.html">Beta</a> <a href="a.html">Alpha</a></nav>'));
  assert.ok(pages['d.html'].includes('<title>A&lt;</title>'));
});

test('builds the folder', () => {
  rmSync('out', { recursive: true, force: true });
  assert.equal(execFileSync('node', ['src/main.js'], { encoding: 'utf8' }), '2 pages\n');
  assert.ok(readFileSync('out/index.html', 'utf8').includes('<title>Home &amp; hearth</title>'));
  assert.ok(readFileSync('out/menu.html', 'utf8').includes('<li><strong>samosa</strong></li>'));
});
