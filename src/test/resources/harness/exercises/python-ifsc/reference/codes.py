import re

IFSC = re.compile(r"([A-Z]{4})0([A-Z0-9]{6})")
PIN = re.compile(r"[1-9][0-9]{2} ?[0-9]{3}")


def parse_ifsc(text):
    match = IFSC.fullmatch(text.strip().upper())
    if match is None:
        raise ValueError(f"not an IFSC: {text!r}")
    return match.group(1), match.group(2)


def is_pin(text):
    return PIN.fullmatch(text) is not None
