from dataclasses import dataclass
from datetime import date
from typing import Optional


@dataclass(frozen=True)
class Loan:
    member: str
    title: str
    due: date
    returned: Optional[date] = None
