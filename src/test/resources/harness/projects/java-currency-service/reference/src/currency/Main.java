package currency;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.Map;

/** Serves on port 8080. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws IOException {
    Rates rates =
        Rates.of(Map.of("USD", new BigDecimal("0.0119"), "EUR", new BigDecimal("0.0102")));
    new App(rates).start(8080);
  }
}
