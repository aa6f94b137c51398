from datetime import date


def financial_year(day):
    start = day.year if day.month >= 4 else day.year - 1
    return f"{start}-{(start + 1) % 100:02d}"


def quarter(day):
    return (day.month - 4) % 12 // 3 + 1


def bounds(text):
    start, _, end = text.partition("-")
    if not (start.isdigit() and len(start) == 4 and financial_year(date(int(start), 4, 1)) == text):
        raise ValueError(f"not a financial year: {text!r}")
    return date(int(start), 4, 1), date(int(start) + 1, 3, 31)
