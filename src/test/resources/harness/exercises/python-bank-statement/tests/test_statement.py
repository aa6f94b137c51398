from datetime import date

from statement import Entry, first_error, read

TEXT = '''date,narration,debit,credit,balance
01/04/2025,Opening,,"1,000.00",1000.00
02/04/2025,"UPI, tea stall",20.10,,979.90
03/04/2025, Salary ,,"50,000.00","50,979.90"
'''


def test_reads_dates_amounts_and_quoted_narrations():
    entries = read(TEXT)
    assert entries[1] == Entry(date(2025, 4, 2), "UPI, tea stall", -2010, 97990)
    assert entries[2].narration == "Salary"
    assert entries[2].paise == 5000000


def test_balances_that_follow_have_no_error():
    assert first_error(read(TEXT)) is None


def test_finds_the_first_wrong_balance():
    assert first_error(read(TEXT.replace("979.90\n", "979.91\n", 1))) == 1


def test_an_empty_statement_has_no_error():
    assert first_error(read("date,narration,debit,credit,balance\n")) is None
