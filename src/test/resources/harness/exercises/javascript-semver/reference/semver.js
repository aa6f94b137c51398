const NUMBER = '(0|[1-9]\\d*)';
const FORM = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-([0-9A-Za-z.-]+))?(?:\\+[0-9A-Za-z.-]+)?$`);

export function parse(text) {
  const match = FORM.exec(text);
  const pre = match?.[4]?.split('.') ?? [];
  if (!match || pre.some((part) => part === '' || /^0\d+$/.test(part))) {
    throw new Error(`not a version: ${text}`);
  }
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]), pre };
}

export function compare(a, b) {
  const [left, right] = [parse(a), parse(b)];
  return (
    Math.sign(left.major - right.major) ||
    Math.sign(left.minor - right.minor) ||
    Math.sign(left.patch - right.patch) ||
    comparePre(left.pre, right.pre)
  );
}

export function newest(list) {
  const releases = list.filter((text) => parse(text).pre.length === 0);
  return releases.sort(compare).at(-1) ?? null;
}

function comparePre(left, right) {
  if (left.length === 0 || right.length === 0) return Math.sign(right.length - left.length);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    if (left[i] !== right[i]) return compareIdentifier(left[i], right[i]);
  }
  return Math.sign(left.length - right.length);
}

function compareIdentifier(left, right) {
  const numeric = [left, right].map((part) => /^\d+$/.test(part));
  if (numeric[0] && numeric[1]) return Math.sign(Number(left) - Number(right));
  if (numeric[0] !== numeric[1]) return numeric[0] ? -1 : 1;
  return left < right ? -1 : 1;
}
