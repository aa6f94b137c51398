import io
import subprocess
import sys
from datetime import date

import pytest

from fines.__main__ import main
from fines.model import Loan
from fines.reader import read_loans
from fines.rules import fine

DUE = date(2025, 6, 10)


@pytest.mark.parametrize(
    "returned, paise",
    [
        (date(2025, 6, 1), 0), (date(2025, 6, 12), 0), (date(2025, 6, 13), 450), (date(2025, 7, 10), 4500),
        (date(2026, 6, 10), 10000), (None, 750),
    ],
)
def test_fines_by_days_late(returned, paise):
    assert fine(Loan("Asha", "Tea", DUE, returned), date(2025, 6, 15)) == paise


def test_reads_loans():
    loans = read_loans(["# loans\n", "\n", "Asha; Tea ;2025-06-10;-\n", "Ravi;Milk;2025-06-10;2025-06-11\n"])
    assert loans == [Loan("Asha", "Tea", DUE), Loan("Ravi", "Milk", DUE, date(2025, 6, 11))]


@pytest.mark.parametrize("line", ["Asha;Tea;2025-06-10", "Asha;Tea;2025-06-31;-", ";Tea;2025-06-10;-", "Asha;Tea;2025-06-10;later"])
def test_errors_name_their_line(line):
    with pytest.raises(ValueError, match="line 2"):
        read_loans(["# first", line])


def run(tmp_path, text, *more):
    path = tmp_path / "loans.txt"
    path.write_text(text, encoding="utf-8")
    out = io.StringIO()
    return main([*more, str(path)], out), out.getvalue()


def test_adds_up_by_member(tmp_path):
    text = "Ravi;A;2025-06-10;-\nAsha;B;2025-06-10;-\nRavi;C;2025-06-01;2025-06-05\nZoya;D;2025-06-20;-\n"
    assert run(tmp_path, text, "--today", "2025-06-15") == (0, "Asha: ₹7.50\nRavi: ₹13.50\n")


def test_tells_errors(tmp_path):
    code, text = run(tmp_path, "nonsense")
    assert code == 2
    assert text.startswith("error: line 1")


def test_runs_as_a_program(tmp_path):
    path = tmp_path / "loans.txt"
    path.write_text("Asha;B;2025-06-10;-\n")
    command = [sys.executable, "-m", "fines", "--today", "2025-06-13", str(path)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "Asha: ₹4.50\n"
