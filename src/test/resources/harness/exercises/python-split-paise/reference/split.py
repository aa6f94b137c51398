def split(paise, weights):
    total = sum(weights)
    if total <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative, and one must be more than zero")
    if paise < 0:
        return [-share for share in split(-paise, weights)]
    shares = [paise * weight // total for weight in weights]
    left = paise - sum(shares)
    by_remainder = sorted(range(len(weights)), key=lambda i: -(paise * weights[i] % total))
    for i in by_remainder[:left]:
        shares[i] += 1
    return shares
