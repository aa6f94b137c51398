def fine(loan, today):
    return 0
