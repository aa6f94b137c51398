export function diff(before, after) {
  const changes = [];
  walk('', before, after, changes);
  return changes.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function walk(path, before, after, changes) {
  if (before === after) return;
  if (!isContainer(before) || !isContainer(after) || Array.isArray(before) !== Array.isArray(after)) {
    changes.push({ path, kind: 'changed', before, after });
    return;
  }
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const at = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!Object.hasOwn(before, name)) changes.push({ path: at, kind: 'added', after: after[name] });
    else if (!Object.hasOwn(after, name)) changes.push({ path: at, kind: 'removed', before: before[name] });
    else walk(at, before[name], after[name], changes);
  }
}

function isContainer(value) {
  return typeof value === 'object' && value !== null;
}
