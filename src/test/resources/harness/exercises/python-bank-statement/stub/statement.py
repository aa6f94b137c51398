from collections import namedtuple

Entry = namedtuple("Entry", "date narration paise balance")


def read(text):
    return []


def first_error(entries):
    return 0
