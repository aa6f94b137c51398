"""Tasks in an SQLite database."""

import sqlite3

MAX_TITLE = 200

SCHEMA = """
CREATE TABLE IF NOT EXISTS tasks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  title TEXT NOT NULL,
  done INTEGER NOT NULL DEFAULT 0
)
"""


class InvalidTask(ValueError):
    """What a caller did wrong, in words for the caller."""


class Tasks:
    """One connection to the database; not to be shared by threads."""

    def __init__(self, path):
        self.db = sqlite3.connect(path)
        self.db.row_factory = sqlite3.Row
        self.db.execute(SCHEMA)

    def close(self):
        self.db.close()

    def list(self, done=None):
        """The oldest first; with done, only those that are or are not."""
        rows = self.db.execute(
            "SELECT * FROM tasks WHERE ? IS NULL OR done = ? ORDER BY id", (done, done)
        )
        return [_shown(row) for row in rows]

    def find(self, task_id):
        row = self.db.execute("SELECT * FROM tasks WHERE id = ?", (task_id,)).fetchone()
        return row and _shown(row)

    def add(self, fields):
        title = _title(_object(fields).get("title"))
        with self.db:
            cursor = self.db.execute("INSERT INTO tasks (title) VALUES (?)", (title,))
        return self.find(cursor.lastrowid)

    def change(self, task_id, fields):
        """The changed task, or None where there is none with that id."""
        fields = _object(fields)
        title = _title(fields["title"]) if "title" in fields else None
        done = fields.get("done")
        if done is not None and not isinstance(done, bool):
            raise InvalidTask("done must be true or false")
        with self.db:
            self.db.execute(
                "UPDATE tasks SET title = coalesce(?, title), done = coalesce(?, done) WHERE id = ?",
                (title, done, task_id),
            )
        return self.find(task_id)

    def remove(self, task_id):
        with self.db:
            return self.db.execute("DELETE FROM tasks WHERE id = ?", (task_id,)).rowcount > 0


def _object(fields):
    if not isinstance(fields, dict):
        raise InvalidTask("the body must be an object")
    return fields


def _title(title):
    if not isinstance(title, str) or not title.strip():
        raise InvalidTask("title must be a string that is not empty")
    if len(title) > MAX_TITLE:
        raise InvalidTask(f"title must have at most {MAX_TITLE} characters")
    return title.strip()


def _shown(row):
    return {"id": row["id"], "title": row["title"], "done": bool(row["done"])}
