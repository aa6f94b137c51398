def transpose(a):
    return a


def multiply(a, b):
    return a


def determinant(a):
    return 0
