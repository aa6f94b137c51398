package shop;

/** Fewer are there than are wanted. */
public final class OutOfStock extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final String code;
  private final int missing;

  OutOfStock(String code, int missing) {
    super(missing + " of " + code + " are missing");
    this.code = code;
    this.missing = missing;
  }

  public String code() {
    return code;
  }

  public int missing() {
    return missing;
  }
}
