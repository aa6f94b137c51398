import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Entry:
    date: date
    narration: str
    paise: int
    balance: int


def read(text):
    entries = []
    for row in csv.DictReader(io.StringIO(text)):
        day = datetime.strptime(row["date"], "%d/%m/%Y").date()
        paise = _paise(row["credit"]) - _paise(row["debit"])
        entries.append(Entry(day, row["narration"].strip(), paise, _paise(row["balance"])))
    return entries


def first_error(entries):
    for i in range(1, len(entries)):
        if entries[i - 1].balance + entries[i].paise != entries[i].balance:
            return i
    return None


def _paise(text):
    return int(Decimal(text.replace(",", "") or "0") * 100)
