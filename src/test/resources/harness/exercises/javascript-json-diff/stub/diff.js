export function diff(before, after) {
  return before === after ? [] : [{ path: '', kind: 'changed', before, after }];
}
