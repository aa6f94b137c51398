import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { App } from './App';
import { emptyBoard } from './board';

it('shows each task and how far the work is', () => {
  const page = renderToStaticMarkup(<App />);
  expect(page).toContain('Build it in a sandbox');
  expect(page).toContain('33 % done');
});

it('shows an empty board', () => {
  const page = renderToStaticMarkup(<App initial={emptyBoard} />);
  expect(page).not.toContain('<li>');
  expect(page).toContain('0 % done');
});
