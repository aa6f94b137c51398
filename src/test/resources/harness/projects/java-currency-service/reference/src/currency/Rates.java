package currency;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Map;

/** What one rupee is in other currencies. */
public final class Rates {
  private final Map<String, BigDecimal> perRupee;

  private Rates(Map<String, BigDecimal> perRupee) {
    this.perRupee = Map.copyOf(perRupee);
  }

  public static Rates of(Map<String, BigDecimal> perRupee) {
    return new Rates(perRupee);
  }

  /** Converts hundredths of one currency to those of another. */
  public long convert(long minor, String from, String to) {
    if (minor < 0) {
      throw new IllegalArgumentException("an amount below zero");
    }
    BigDecimal rupees = BigDecimal.valueOf(minor).divide(rate(from), MathContext.DECIMAL128);
    return rupees.multiply(rate(to)).setScale(0, RoundingMode.HALF_EVEN).longValueExact();
  }

  private BigDecimal rate(String currency) {
    if ("INR".equals(currency)) {
      return BigDecimal.ONE;
    }
    // The map is one that is not asked for null.
    if (currency == null || !perRupee.containsKey(currency)) {
      throw new IllegalArgumentException("unknown currency " + currency);
    }
    return perRupee.get(currency);
  }
}
