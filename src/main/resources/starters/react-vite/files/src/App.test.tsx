import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { App } from './App';

it('shows each task and how many are left', () => {
  const page = renderToStaticMarkup(
    <App
      initial={[
        { id: 1, title: 'Write', done: false },
        { id: 2, title: 'Test', done: true },
      ]}
    />,
  );
  expect(page).toContain('Write');
  expect(page).toContain('<li class="done">');
  expect(page).toContain('1 task left');
});

it('shows an empty list', () => {
  const page = renderToStaticMarkup(<App initial={[]} />);
  expect(page).not.toContain('<li');
  expect(page).toContain('0 tasks left');
});

it('shows a title as text, whatever is in it', () => {
  const page = renderToStaticMarkup(<App initial={[{ id: 1, title: '<b>bold</b>', done: false }]} />);
  expect(page).toContain('&lt;b&gt;bold&lt;/b&gt;');
});
