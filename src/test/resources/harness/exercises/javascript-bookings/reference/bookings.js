export function merge(bookings) {
  const merged = [];
  for (const { from, to } of sorted(bookings)) {
    const last = merged.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
}

export function free(bookings, from, to) {
  const gaps = [];
  let at = from;
  for (const booking of merge(bookings)) {
    const end = Math.min(booking.from, to);
    if (end > at) gaps.push({ from: at, to: end });
    at = Math.max(at, booking.to);
  }
  if (at < to) gaps.push({ from: at, to });
  return gaps;
}

export function roomsNeeded(bookings) {
  const changes = sorted(bookings).flatMap(({ from, to }) => [[from, 1], [to, -1]]);
  changes.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let now = 0;
  let most = 0;
  for (const [, change] of changes) {
    now += change;
    most = Math.max(most, now);
  }
  return most;
}

function sorted(bookings) {
  for (const { from, to } of bookings) {
    if (!(from < to)) throw new RangeError(`${from} to ${to} is no booking`);
  }
  return [...bookings].sort((a, b) => a.from - b.from);
}
