import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { EntryList } from './EntryList';

it('shows who said what and when', () => {
  const page = renderToStaticMarkup(
    <EntryList entries={[{ id: 1, name: 'Asha', text: '<i>Hello</i>', at: '2026-01-02T03:04:05Z' }]} />,
  );
  expect(page).toContain('<strong>Asha</strong>');
  expect(page).toContain('2026-01-02</time>');
  expect(page).toContain('&lt;i&gt;Hello&lt;/i&gt;');
});

it('says that it is empty', () => {
  expect(renderToStaticMarkup(<EntryList entries={[]} />)).toContain('Nobody has signed yet.');
});
