from datetime import date

from fines.model import Loan


def read_loans(lines):
    loans = []
    for number, line in enumerate(lines, start=1):
        line = line.strip()
        if line and not line.startswith("#"):
            loans.append(_loan(number, line))
    return loans


def _loan(number, line):
    parts = [part.strip() for part in line.split(";")]
    if len(parts) != 4 or not parts[0]:
        raise ValueError(f"line {number}: it must be member;title;due;returned")
    try:
        returned = None if parts[3] == "-" else date.fromisoformat(parts[3])
        return Loan(parts[0], parts[1], date.fromisoformat(parts[2]), returned)
    except ValueError as error:
        raise ValueError(f"line {number}: {error}") from error
