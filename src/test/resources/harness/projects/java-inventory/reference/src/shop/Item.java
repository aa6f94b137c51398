package shop;

/** Something on the shelf. */
public record Item(String code, String name, long pricePaise, int quantity) {
  public Item {
    if (code.isBlank() || pricePaise < 0 || quantity < 0) {
      throw new IllegalArgumentException("no item: " + code);
    }
  }

  Item with(int newQuantity) {
    return new Item(code, name, pricePaise, newQuantity);
  }
}
