import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

final class Ledger {
  private final Map<String, Long> balances = new HashMap<>();
  private int entries;

  void post(String text, Map<String, Long> paise) {
    long sum = 0;
    for (long amount : paise.values()) {
      if (amount == 0) {
        throw new IllegalArgumentException(text + ": an amount is zero");
      }
      sum = Math.addExact(sum, amount);
    }
    if (paise.size() < 2 || sum != 0) {
      throw new IllegalArgumentException(text + ": the amounts do not balance");
    }
    Map<String, Long> changed = new HashMap<>();
    paise.forEach(
        (account, amount) -> changed.put(account, Math.addExact(balance(account), amount)));
    balances.putAll(changed);
    entries++;
  }

  long balance(String account) {
    return balances.getOrDefault(account, 0L);
  }

  SortedMap<String, Long> trialBalance() {
    SortedMap<String, Long> all = new TreeMap<>(balances);
    all.values().removeIf(balance -> balance == 0);
    return all;
  }

  int entries() {
    return entries;
  }
}
