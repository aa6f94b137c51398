from datetime import date

from fines.model import Loan

DAYS_OF_GRACE = 2
PER_DAY = 150
MOST = 10_000


def fine(loan: Loan, today: date) -> int:
    late = ((loan.returned or today) - loan.due).days
    if late <= DAYS_OF_GRACE:
        return 0
    return min(MOST, late * PER_DAY)
