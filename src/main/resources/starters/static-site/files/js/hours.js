// When the shop is open: hours by day of the week, Sunday first; null where it is closed.
const HOURS = [null, [7, 18], [7, 18], [7, 18], [7, 18], [7, 18], [7, 18]];

// What to tell a visitor at that time.
function openingText(date) {
  const hours = HOURS[date.getDay()];
  if (hours === null) return 'Closed today; we bake again on Monday.';
  if (date.getHours() < hours[0]) return `We open at ${hours[0]}.`;
  return date.getHours() < hours[1] ? `We are open until ${hours[1]}.` : 'Closed for today.';
}
