from fractions import Fraction

import pytest

from calc import evaluate


@pytest.mark.parametrize(
    "text, value",
    [("1 + 2 * 3", 7), ("(1+2)*3", 9), ("8-3-2", 3), ("-(4 - 6)", 2), ("2*-3", -6), (" 12 / 4 / 3 ", 1)],
)
def test_keeps_precedence_and_order(text, value):
    assert evaluate(text) == value


def test_divides_exactly():
    assert evaluate("1/3 + 1/6") == Fraction(1, 2)


@pytest.mark.parametrize("text", ["", "1 +", "(1", "1)", "2 3", "1 $ 2", "4/(2-2)", "*1"])
def test_refuses_bad_input(text):
    with pytest.raises(ValueError):
        evaluate(text)
