from datetime import date

import pytest

from fy import bounds, financial_year, quarter


@pytest.mark.parametrize(
    "day, year",
    [
        (date(2024, 4, 1), "2024-25"), (date(2025, 3, 31), "2024-25"), (date(2025, 4, 30), "2025-26"),
        (date(1999, 12, 31), "1999-00"),
    ],
)
def test_years_begin_in_april(day, year):
    assert financial_year(day) == year


@pytest.mark.parametrize("month, number", [(4, 1), (6, 1), (7, 2), (12, 3), (1, 4), (3, 4)])
def test_quarters(month, number):
    assert quarter(date(2025, month, 15)) == number


def test_bounds_of_a_year():
    assert bounds("1999-00") == (date(1999, 4, 1), date(2000, 3, 31))


@pytest.mark.parametrize("text", ["2024-26", "2024", "24-25", "abcd-ef", ""])
def test_refuses_years_that_do_not_follow(text):
    with pytest.raises(ValueError):
        bounds(text)
