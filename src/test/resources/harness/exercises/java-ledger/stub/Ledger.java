import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

final class Ledger {
  void post(String text, Map<String, Long> paise) {}

  long balance(String account) {
    return 0;
  }

  SortedMap<String, Long> trialBalance() {
    return new TreeMap<>();
  }

  int entries() {
    return 0;
  }
}
