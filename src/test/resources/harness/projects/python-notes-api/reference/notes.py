import itertools

LONGEST_TITLE = 80


class Notes:
    def __init__(self):
        self._notes = {}
        self._ids = itertools.count(1)

    def add(self, title, body=""):
        if not isinstance(title, str) or not 1 <= len(title.strip()) <= LONGEST_TITLE:
            raise ValueError(f"a title must have 1 to {LONGEST_TITLE} characters")
        note = {"id": next(self._ids), "title": title.strip(), "body": body}
        self._notes[note["id"]] = note
        return note

    def get(self, note_id):
        return self._notes.get(note_id)

    def search(self, text=""):
        wanted = text.lower()
        return [note for note in self._notes.values() if wanted in (note["title"] + "\n" + note["body"]).lower()]

    def remove(self, note_id):
        return self._notes.pop(note_id, None) is not None
