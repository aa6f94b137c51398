import java.util.Map;

final class Tests {
  public static void main(String[] args) {
    Checks checks = new Checks();
    checks.check(
        "adds entries up by account",
        () -> {
          Ledger ledger = new Ledger();
          ledger.post("capital", Map.of("cash", 500_00L, "capital", -500_00L));
          ledger.post("rent", Map.of("rent", 120_50L, "cash", -120_50L));
          Checks.equal(379_50L, ledger.balance("cash"));
          Checks.equal(-500_00L, ledger.balance("capital"));
          Checks.equal(0L, ledger.balance("nobody"));
          Checks.equal(2, ledger.entries());
        });
    checks.check(
        "the trial balance is sorted and leaves zero out",
        () -> {
          Ledger ledger = new Ledger();
          ledger.post("in", Map.of("b", 10L, "a", -10L));
          ledger.post("out", Map.of("b", -10L, "c", 10L));
          Checks.equal("{a=-10, c=10}", ledger.trialBalance().toString());
        });
    checks.check(
        "an entry that does not balance is not booked",
        () -> {
          Ledger ledger = new Ledger();
          Checks.fails(
              IllegalArgumentException.class, () -> ledger.post("x", Map.of("a", 5L, "b", -4L)));
          Checks.fails(IllegalArgumentException.class, () -> ledger.post("x", Map.of()));
          Checks.fails(
              IllegalArgumentException.class, () -> ledger.post("x", Map.of("a", 0L, "b", 0L)));
          Checks.equal(0, ledger.entries());
          Checks.equal(0L, ledger.balance("a"));
        });
    checks.check(
        "a sum that does not fit is not booked",
        () -> {
          Ledger ledger = new Ledger();
          ledger.post("x", Map.of("a", Long.MAX_VALUE, "b", -Long.MAX_VALUE));
          Checks.fails(
              ArithmeticException.class, () -> ledger.post("x", Map.of("a", 1L, "b", -1L)));
          Checks.equal(1, ledger.entries());
          Checks.equal(Long.MAX_VALUE, ledger.balance("a"));
        });
    checks.end();
  }
}
