import java.time.LocalDate;
import java.util.Set;

final class Tests {
  private static final WorkingDays BANK = new WorkingDays(Set.of(day(15), day(27)));

  /** A day of August 2025, whose first is a Friday. */
  private static LocalDate day(int number) {
    return LocalDate.of(2025, 8, number);
  }

  public static void main(String[] args) {
    Checks checks = new Checks();
    checks.check(
        "is closed on Sundays and holidays",
        () -> {
          Checks.isTrue(!BANK.isOpen(day(3)));
          Checks.isTrue(!BANK.isOpen(day(15)));
          Checks.isTrue(BANK.isOpen(day(14)));
        });
    checks.check(
        "is closed on the second and fourth Saturday only",
        () -> {
          Checks.isTrue(BANK.isOpen(day(2)));
          Checks.isTrue(!BANK.isOpen(day(9)));
          Checks.isTrue(BANK.isOpen(day(16)));
          Checks.isTrue(!BANK.isOpen(day(23)));
          Checks.isTrue(BANK.isOpen(day(30)));
        });
    checks.check(
        "counts open days without the last",
        () -> {
          Checks.equal(6L, BANK.between(day(1), day(8)));
          Checks.equal(0L, BANK.between(day(9), day(11)));
          Checks.equal(0L, BANK.between(day(4), day(4)));
          Checks.equal(22L, BANK.between(day(1), LocalDate.of(2025, 9, 1)));
        });
    checks.check(
        "adds open days",
        () -> {
          Checks.equal(day(5), BANK.add(day(4), 1));
          Checks.equal(day(11), BANK.add(day(8), 1));
          Checks.equal(day(16), BANK.add(day(14), 1));
        });
    checks.check(
        "adding none stays, or goes to the next open day",
        () -> {
          Checks.equal(day(4), BANK.add(day(4), 0));
          Checks.equal(day(11), BANK.add(day(9), 0));
        });
    checks.check(
        "refuses an end before the beginning",
        () -> Checks.fails(IllegalArgumentException.class, () -> BANK.between(day(2), day(1))));
    checks.end();
  }
}
