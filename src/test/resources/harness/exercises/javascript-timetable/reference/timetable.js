const DAY = 24 * 60;

export function minutesBetween(from, to) {
  const gone = minutes(to) - minutes(from);
  return gone > 0 ? gone : gone + DAY;
}

export function next(departures, now) {
  let best = null;
  for (const departure of departures) {
    const wait = minutesBetween(now, departure) % DAY;
    if (best === null || wait < best.wait) best = { departure, wait };
  }
  return best?.departure ?? null;
}

export function journey(legs) {
  let total = 0;
  legs.forEach((leg, i) => {
    if (i > 0) total += minutesBetween(legs[i - 1].arrive, leg.depart) % DAY;
    total += minutesBetween(leg.depart, leg.arrive);
  });
  return total;
}

function minutes(time) {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time);
  if (!match) throw new RangeError(`no clock shows ${time}`);
  return Number(match[1]) * 60 + Number(match[2]);
}
