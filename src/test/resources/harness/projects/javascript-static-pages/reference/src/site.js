import { split } from './frontmatter.js';
import { escape, toHtml } from './markdown.js';

export function build(texts) {
  const pages = Object.entries(texts)
    .map(([name, text]) => page(name, split(text)))
    .filter((each) => !each.draft)
    .sort((a, b) => a.order - b.order || a.title.localeCompare(b.title));
  const nav = pages.map(({ name, title }) => `<a href="${name}.html">${escape(title)}</a>`).join(' ');
  return Object.fromEntries(pages.map((each) => [`${each.name}.html`, html(each, nav)]));
}

function page(name, { data, body }) {
  const heading = /^# (.+)$/m.exec(body)?.[1];
  return { name, title: data.title ?? heading ?? name, order: Number(data.order ?? 0), draft: data.draft === 'true', body };
}

function html({ title, body }, nav) {
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title></head>`,
    `<body><nav>${nav}</nav>`,
    `<main>${toHtml(body)}</main></body></html>`,
    '',
  ].join('\n');
}
