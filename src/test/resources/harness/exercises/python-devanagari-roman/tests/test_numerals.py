import pytest

from numerals import from_roman, to_roman


@pytest.mark.parametrize(
    "digits, roman",
    [("१", "I"), ("४", "IV"), ("१४", "XIV"), ("४९", "XLIX"), ("१९९४", "MCMXCIV"), ("३९९९", "MMMCMXCIX")],
)
def test_converts_both_ways(digits, roman):
    assert to_roman(digits) == roman
    assert from_roman(roman) == digits


@pytest.mark.parametrize("text", ["", "०", "४०००", "14", "१x"])
def test_refuses_what_has_no_roman_numeral(text):
    with pytest.raises(ValueError):
        to_roman(text)


@pytest.mark.parametrize("text", ["", "IIII", "VX", "ABC", "iv"])
def test_refuses_what_is_not_in_shortest_form(text):
    with pytest.raises(ValueError):
        from_roman(text)
