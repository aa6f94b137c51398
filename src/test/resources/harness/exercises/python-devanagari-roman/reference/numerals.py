DIGITS = "०१२३४५६७८९"
SYMBOLS = [
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
]


def to_roman(text):
    if not text or any(digit not in DIGITS for digit in text):
        raise ValueError(f"not a number in Devanagari digits: {text!r}")
    number = 0
    for digit in text:
        number = number * 10 + DIGITS.index(digit)
    return _roman(number)


def from_roman(text):
    number, rest = 0, text
    for value, symbol in SYMBOLS:
        while rest.startswith(symbol):
            number += value
            rest = rest[len(symbol):]
    if rest or not text or _roman(number) != text:
        raise ValueError(f"not a Roman numeral: {text!r}")
    return "".join(DIGITS[int(digit)] for digit in str(number))


def _roman(number):
    if not 1 <= number <= 3999:
        raise ValueError(f"not from 1 to 3999: {number}")
    letters = []
    for value, symbol in SYMBOLS:
        while number >= value:
            letters.append(symbol)
            number -= value
    return "".join(letters)
