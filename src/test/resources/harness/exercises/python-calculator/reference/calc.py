import re
from fractions import Fraction

TOKEN = re.compile(r"\s*(?:(\d+)|([-+*/()]))")


def evaluate(text):
    tokens = _tokens(text.rstrip())
    value = _sum(tokens)
    if tokens:
        raise ValueError(f"unexpected {tokens[0]!r}")
    return value


def _tokens(text):
    tokens, at = [], 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"unexpected {text[at]!r}")
        tokens.append(match.group(1) or match.group(2))
        at = match.end()
    return tokens


def _sum(tokens):
    value = _product(tokens)
    while tokens and tokens[0] in "+-":
        operator = tokens.pop(0)
        other = _product(tokens)
        value = value + other if operator == "+" else value - other
    return value


def _product(tokens):
    value = _factor(tokens)
    while tokens and tokens[0] in "*/":
        operator = tokens.pop(0)
        other = _factor(tokens)
        if operator == "/" and other == 0:
            raise ValueError("division by zero")
        value = value * other if operator == "*" else value / other
    return value


def _factor(tokens):
    if not tokens:
        raise ValueError("unexpected end")
    token = tokens.pop(0)
    if token == "-":
        return -_factor(tokens)
    if token == "(":
        value = _sum(tokens)
        if not tokens or tokens.pop(0) != ")":
            raise ValueError("a bracket is not closed")
        return value
    if token.isdigit():
        return Fraction(token)
    raise ValueError(f"unexpected {token!r}")
