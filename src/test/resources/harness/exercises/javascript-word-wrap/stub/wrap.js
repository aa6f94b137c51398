export function wrap(text, width) {
  return text.split('\n');
}
