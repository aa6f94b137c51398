const CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const FORM = /^(\d{2})[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]$/;

export function checkCharacter(first14) {
  let sum = 0;
  for (let i = 0; i < first14.length; i++) {
    const product = CHARACTERS.indexOf(first14[i]) * (i % 2 === 0 ? 1 : 2);
    sum += Math.floor(product / 36) + (product % 36);
  }
  return CHARACTERS[(36 - (sum % 36)) % 36];
}

export function isGstin(text) {
  const match = FORM.exec(text);
  if (!match) return false;
  const state = Number(match[1]);
  return state >= 1 && state <= 38 && checkCharacter(text.slice(0, 14)) === text[14];
}
