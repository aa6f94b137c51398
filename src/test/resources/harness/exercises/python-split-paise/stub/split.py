def split(paise, weights):
    return [paise // len(weights) for _ in weights]
