package currency;

import java.math.BigDecimal;
import java.util.Map;

public final class Rates {
  public static Rates of(Map<String, BigDecimal> perRupee) {
    return new Rates();
  }

  public long convert(long minor, String from, String to) {
    return minor;
  }
}
