import pytest

from matrix import determinant, multiply, transpose


def test_transposes_rows_to_columns():
    assert transpose([[1, 2, 3], [4, 5, 6]]) == [[1, 4], [2, 5], [3, 6]]


def test_multiplies():
    assert multiply([[1, 2], [3, 4]], [[5, 6], [7, 8]]) == [[19, 22], [43, 50]]


def test_refuses_to_multiply_what_does_not_fit():
    with pytest.raises(ValueError):
        multiply([[1, 2, 3]], [[1], [2]])


@pytest.mark.parametrize(
    "rows, value",
    [([], 1), ([[7]], 7), ([[1, 2], [3, 4]], -2), ([[0, 1], [1, 0]], -1), ([[1, 2], [2, 4]], 0),
     ([[2, -1, 3], [4, 1, 1], [3, 2, 5]], 38)],
)
def test_determinants_are_exact(rows, value):
    assert determinant(rows) == value


def test_does_not_change_its_argument():
    rows = [[0, 1], [1, 0]]
    determinant(rows)
    assert rows == [[0, 1], [1, 0]]
