export function read(link) {
  return { payee: link, name: '', paise: null, note: '' };
}

export function write(payment) {
  return 'upi://pay';
}
