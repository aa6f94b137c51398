def to_roman(text):
    return ""


def from_roman(text):
    return ""
