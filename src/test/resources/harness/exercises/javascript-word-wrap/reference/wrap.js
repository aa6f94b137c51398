export function wrap(text, width) {
  if (width < 1) throw new RangeError(`no line can be ${width} wide`);
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, width));
}

function wrapParagraph(paragraph, width) {
  const lines = [];
  let line = '';
  for (let word of paragraph.split(/ +/).filter(Boolean)) {
    if (line && line.length + 1 + word.length <= width) {
      line += ` ${word}`;
      continue;
    }
    if (line) lines.push(line);
    while (word.length > width) {
      lines.push(word.slice(0, width));
      word = word.slice(width);
    }
    line = word;
  }
  if (line || lines.length === 0) lines.push(line);
  return lines;
}
