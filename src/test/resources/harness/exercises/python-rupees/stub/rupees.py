def show(paise):
    return f"₹{paise / 100}"


def read(text):
    return 0
