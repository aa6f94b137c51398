export function parse(text) {
  return { major: 0, minor: 0, patch: 0, pre: [] };
}

export function compare(a, b) {
  return a < b ? -1 : 1;
}

export function newest(list) {
  return list.at(-1);
}
