const PAYEE = /^[\w.-]{2,}@[a-zA-Z]{2,}$/;

export function read(link) {
  const match = /^upi:\/\/pay\?(.*)$/.exec(link);
  if (!match) throw new Error(`not a UPI link: ${link}`);
  const query = new URLSearchParams(match[1]);
  const payee = query.get('pa') ?? '';
  if (!PAYEE.test(payee)) throw new Error(`not a payee: ${payee}`);
  if ((query.get('cu') ?? 'INR') !== 'INR') throw new Error('only INR can be paid');
  const am = query.get('am');
  return {
    payee,
    name: query.get('pn') ?? '',
    paise: am === null ? null : paiseOf(am),
    note: query.get('tn') ?? '',
  };
}

export function write({ payee, name, paise, note }) {
  const parts = [`pa=${payee}`];
  if (name) parts.push(`pn=${encodeURIComponent(name)}`);
  if (paise != null) parts.push(`am=${Math.trunc(paise / 100)}.${String(paise % 100).padStart(2, '0')}`);
  if (note) parts.push(`tn=${encodeURIComponent(note)}`);
  return `upi://pay?${parts.join('&')}&cu=INR`;
}

function paiseOf(text) {
  const match = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text);
  const paise = match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : 0;
  if (paise === 0) throw new Error(`not an amount: ${text}`);
  return paise;
}
