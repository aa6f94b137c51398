import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

const LIMITS = { name: 60, text: 1000 };
const SHOWN = 100;

/** What a caller did wrong, in words for the caller. */
export class InvalidEntry extends Error {}

/** The entries, in memory and in a file that is always whole. */
export class Entries {
  #entries;
  #file;
  #saving = Promise.resolve();

  constructor(file, entries) {
    this.#file = file;
    this.#entries = entries;
  }

  /** Reads the file; there are no entries where there is no file yet. */
  static async open(file) {
    try {
      return new Entries(file, JSON.parse(await readFile(file, 'utf8')));
    } catch (error) {
      if (error.code === 'ENOENT') return new Entries(file, []);
      throw new Error(`${file} cannot be read: ${error.message}`);
    }
  }

  latest() {
    return this.#entries.slice(-SHOWN).reverse();
  }

  /** The new entry, once it is in the file. */
  async add(fields) {
    const entry = {
      id: (this.#entries.at(-1)?.id ?? 0) + 1,
      name: checked(fields, 'name'),
      text: checked(fields, 'text'),
      at: new Date().toISOString(),
    };
    this.#entries.push(entry);
    await this.#save();
    return entry;
  }

  // One after another, and under another name first, so that the file is never half written.
  #save() {
    this.#saving = this.#saving
      .catch(() => {})
      .then(async () => {
        await mkdir(dirname(this.#file), { recursive: true });
        await writeFile(`${this.#file}.new`, JSON.stringify(this.#entries));
        await rename(`${this.#file}.new`, this.#file);
      });
    return this.#saving;
  }
}

function checked(fields, name) {
  const value = fields?.[name];
  if (typeof value !== 'string' || value.trim() === '') throw new InvalidEntry(`${name} must not be empty`);
  if (value.length > LIMITS[name]) throw new InvalidEntry(`${name} must have at most ${LIMITS[name]} characters`);
  return value.trim();
}
