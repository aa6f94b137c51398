const TERM = /(-)?(?:"([^"]*)(?:"|$)|(\w+)([<>=])(\d+(?:\.\d+)?)(?=\s|$)|(\w+):(\S+)|(\S+))/g;

export function parse(text) {
  return [...text.matchAll(TERM)].map(([, minus, exact, name, op, number, field, value, word]) => {
    const not = minus ? { not: true } : {};
    if (exact !== undefined) return { text: exact, exact: true, ...not };
    if (op) return { field: name, op, value: Number(number), ...not };
    if (field) return { field, text: value, ...not };
    return { text: word, ...not };
  });
}

export function matches(terms, record) {
  return terms.every((term) => meets(term, record) !== Boolean(term.not));
}

function meets(term, record) {
  if (term.op) return compares(record[term.field], term.op, term.value);
  if (term.field) return String(record[term.field]).toLowerCase() === term.text.toLowerCase();
  const texts = Object.values(record).filter((value) => typeof value === 'string');
  if (term.exact) return texts.some((text) => text.includes(term.text));
  return texts.some((text) => text.toLowerCase().includes(term.text.toLowerCase()));
}

function compares(actual, op, value) {
  if (typeof actual !== 'number') return false;
  if (op === '<') return actual < value;
  return op === '>' ? actual > value : actual === value;
}
