import pytest

from split import split


def test_equal_weights_give_the_odd_paisa_to_the_first():
    assert split(100, [1, 1, 1]) == [34, 33, 33]


def test_the_largest_remainder_comes_first():
    assert split(10, [1, 2, 4]) == [1, 3, 6]


def test_a_weight_of_zero_gets_nothing():
    assert split(5, [0, 3]) == [0, 5]


def test_a_refund_mirrors_the_payment():
    assert split(-100, [1, 1, 1]) == [-34, -33, -33]


def test_nothing_is_lost():
    for paise in range(0, 500, 7):
        assert sum(split(paise, [3, 5, 7, 11])) == paise


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_refuses_weights_that_cannot_share(weights):
    with pytest.raises(ValueError):
        split(100, weights)
