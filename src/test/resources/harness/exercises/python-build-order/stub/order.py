class CircleError(ValueError):
    pass


def build_order(needs):
    return sorted(needs)
