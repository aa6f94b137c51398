package shop;

import java.util.Map;

/** Sells what is on the shelves. */
public final class Orders {
  private static final long DISCOUNT_FROM = 1000_00;
  private final Inventory inventory;

  public Orders(Inventory inventory) {
    this.inventory = inventory;
  }

  /** Takes all lines or none, and gives the price. */
  public long place(Map<String, Integer> lines) {
    if (lines.isEmpty()) {
      throw new IllegalArgumentException("an order of nothing");
    }
    lines.forEach(inventory::check);
    long price = 0;
    for (Map.Entry<String, Integer> line : lines.entrySet()) {
      price += inventory.find(line.getKey()).pricePaise() * line.getValue();
      inventory.take(line.getKey(), line.getValue());
    }
    return price >= DISCOUNT_FROM ? price * 95 / 100 : price;
  }
}
