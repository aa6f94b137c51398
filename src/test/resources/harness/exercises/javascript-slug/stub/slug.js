export function slug(title) {
  return title;
}

export function unique(title, taken) {
  return title;
}
