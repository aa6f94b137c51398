def show(paise):
    sign = "-" if paise < 0 else ""
    rupees, rest = divmod(abs(paise), 100)
    return f"{sign}₹{_grouped(str(rupees))}.{rest:02d}"


def read(text):
    digits = text.replace(",", "").replace("₹", "").replace(".", "").replace("-", "")
    if not digits.isascii() or not digits.isdigit():
        raise ValueError(f"not an amount: {text!r}")
    paise = int(digits)
    if text.startswith("-"):
        paise = -paise
    if show(paise) != text:
        raise ValueError(f"not written as amounts are: {text!r}")
    return paise


def _grouped(digits):
    head, tail = digits[:-3], digits[-3:]
    groups = []
    while head:
        groups.insert(0, head[-2:])
        head = head[:-2]
    return ",".join(groups + [tail])
