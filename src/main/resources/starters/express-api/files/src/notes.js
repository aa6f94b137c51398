const MAX_TITLE = 200;
const MAX_TEXT = 20_000;

/** What a caller did wrong, in words for the caller. */
export class InvalidNote extends Error {}

/** Notes by id, in memory. */
export class Notes {
  #notes = new Map();
  #nextId = 1;
  #now;

  constructor(now = () => new Date()) {
    this.#now = now;
  }

  /** The newest first; with a query only those that contain it. */
  list(query = '') {
    const wanted = query.toLowerCase();
    return [...this.#notes.values()]
      .filter((note) => `${note.title}\n${note.text}`.toLowerCase().includes(wanted))
      .reverse();
  }

  find(id) {
    return this.#notes.get(id);
  }

  add(fields) {
    const note = { id: this.#nextId++, ...checked(fields), created_at: this.#now().toISOString() };
    this.#notes.set(note.id, note);
    return note;
  }

  /** The changed note, or undefined where there is none with that id. */
  change(id, fields) {
    const note = this.#notes.get(id);
    if (!note) return undefined;
    const changed = { ...note, ...checked(fields), updated_at: this.#now().toISOString() };
    this.#notes.set(id, changed);
    return changed;
  }

  remove(id) {
    return this.#notes.delete(id);
  }
}

function checked(fields) {
  const title = text(fields?.title, 'title', MAX_TITLE).trim();
  if (title === '') throw new InvalidNote('title must not be empty');
  return { title, text: text(fields?.text ?? '', 'text', MAX_TEXT) };
}

function text(value, name, max) {
  if (typeof value !== 'string') throw new InvalidNote(`${name} must be a string`);
  if (value.length > max) throw new InvalidNote(`${name} must have at most ${max} characters`);
  return value;
}
