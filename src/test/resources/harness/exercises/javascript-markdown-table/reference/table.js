export function table(rows, alignments = []) {
  if (rows.length === 0) return '';
  const columns = Math.max(...rows.map((row) => row.length));
  const cells = rows.map((row) => Array.from({ length: columns }, (_, i) => escape(row[i] ?? '')));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(3, ...cells.map((row) => row[i].length)));
  const lines = cells.map((row) => line(row.map((cell, i) => pad(cell, widths[i], alignments[i]))));
  lines.splice(1, 0, line(widths.map((width, i) => rule(width, alignments[i]))));
  return lines.join('\n');
}

function escape(cell) {
  return String(cell).replaceAll('|', '\\|').replaceAll('\n', '<br>');
}

function line(cells) {
  return `| ${cells.join(' | ')} |`;
}

function pad(cell, width, alignment) {
  if (alignment === 'right') return cell.padStart(width);
  if (alignment !== 'center') return cell.padEnd(width);
  const before = Math.floor((width - cell.length) / 2);
  return (' '.repeat(before) + cell).padEnd(width);
}

function rule(width, alignment) {
  const left = alignment === 'left' || alignment === 'center' ? ':' : '-';
  const right = alignment === 'right' || alignment === 'center' ? ':' : '-';
  return left + '-'.repeat(width - 2) + right;
}
