def parse_ifsc(text):
    return text[:4], text[5:]


def is_pin(text):
    return len(text) == 6
