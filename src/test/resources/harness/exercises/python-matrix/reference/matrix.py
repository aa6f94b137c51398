from fractions import Fraction


def transpose(a):
    return [list(column) for column in zip(*a)]


def multiply(a, b):
    if not a or any(len(row) != len(b) for row in a):
        raise ValueError("each row must be as long as the other matrix is high")
    return [[sum(x * y for x, y in zip(row, column)) for column in zip(*b)] for row in a]


def determinant(a):
    if any(len(row) != len(a) for row in a):
        raise ValueError("only square matrices have a determinant")
    rows = [[Fraction(x) for x in row] for row in a]
    result = Fraction(1)
    for i in range(len(rows)):
        pivot = next((r for r in range(i, len(rows)) if rows[r][i] != 0), None)
        if pivot is None:
            return 0
        if pivot != i:
            rows[i], rows[pivot] = rows[pivot], rows[i]
            result = -result
        result *= rows[i][i]
        for r in range(i + 1, len(rows)):
            factor = rows[r][i] / rows[i][i]
            rows[r] = [x - factor * y for x, y in zip(rows[r], rows[i])]
    return int(result)
