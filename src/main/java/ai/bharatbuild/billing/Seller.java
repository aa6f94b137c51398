package ai.bharatbuild.billing;

/**
 * Who sells, as invoices say.
 *
 * @param gstin empty where GST is not charged
 * @param taxPercent GST contained in prices; 0 for none
 */
public record Seller(String name, String address, String gstin, int taxPercent) {
  /** The tax contained in an amount, to the nearest paisa. */
  long taxIn(long amount) {
    long whole = 100L + taxPercent;
    return (amount * taxPercent * 2 + whole) / (2 * whole);
  }
}
