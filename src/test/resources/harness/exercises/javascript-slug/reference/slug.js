const LONGEST = 60;

export function slug(title) {
  const text = title
    .normalize('NFD')
    .replace(/(\p{Script=Latin})\p{Mn}+/gu, '$1')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
  return cut(text) || 'untitled';
}

export function unique(title, taken) {
  const first = slug(title);
  let name = first;
  for (let number = 2; taken.has(name); number++) name = `${first}-${number}`;
  return name;
}

function cut(text) {
  if (text.length <= LONGEST) return text;
  const hyphen = text.lastIndexOf('-', LONGEST);
  return text.slice(0, hyphen > 0 ? hyphen : LONGEST);
}
