import argparse
import sys
from collections import Counter
from datetime import date

from fines.reader import read_loans
from fines.rules import fine


def main(argv, out):
    parser = argparse.ArgumentParser(prog="fines")
    parser.add_argument("--today", type=date.fromisoformat, default=date.today())
    parser.add_argument("file")
    options = parser.parse_args(argv)
    try:
        with open(options.file, encoding="utf-8") as lines:
            loans = read_loans(lines)
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=out)
        return 2
    owed = Counter()
    for loan in loans:
        owed[loan.member] += fine(loan, options.today)
    for member, paise in sorted(owed.items()):
        if paise:
            print(f"{member}: ₹{paise // 100}.{paise % 100:02d}", file=out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdout))
