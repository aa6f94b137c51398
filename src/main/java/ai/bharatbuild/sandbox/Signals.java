package ai.bharatbuild.sandbox;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/** Names and numbers of signals, as Linux numbers them on x86-64 and ARM64 (signal(7)). */
final class Signals {
  private static final String[] NAMES = {
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
    "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU",
    "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS"
  };
  private static final int LAST = 64;
  private static final Map<String, Integer> NUMBERS = new LinkedHashMap<>();

  static {
    for (int i = 0; i < NAMES.length; i++) {
      NUMBERS.put(NAMES[i], i + 1);
    }
  }

  private Signals() {}

  /** The name with {@code SIG}; real-time signals have only numbers. */
  static String name(int number) {
    return number >= 1 && number <= NAMES.length ? "SIG" + NAMES[number - 1] : "SIG" + number;
  }

  /** The number of a name, with or without {@code SIG}, or of a number in digits. */
  static OptionalInt number(String text) {
    String bare = text.startsWith("SIG") ? text.substring(3) : text;
    Integer known = NUMBERS.get(bare);
    if (known != null) {
      return OptionalInt.of(known);
    }
    return text.matches("[1-9][0-9]?") ? valid(Integer.parseInt(text)) : OptionalInt.empty();
  }

  static OptionalInt valid(int number) {
    return number >= 1 && number <= LAST ? OptionalInt.of(number) : OptionalInt.empty();
  }
}
