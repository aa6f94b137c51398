export function checkCharacter(first14) {
  return '0';
}

export function isGstin(text) {
  return text.length === 15;
}
