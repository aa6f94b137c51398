package shop;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is on the shelves. */
public final class Inventory {
  private final Map<String, Item> items = new TreeMap<>();

  /** Puts an item on the shelf; more of the same code are added to it, at the new price. */
  public void add(Item item) {
    items.merge(item.code(), item, (old, more) -> more.with(old.quantity() + more.quantity()));
  }

  public Item find(String code) {
    Item item = items.get(code);
    if (item == null) {
      throw new IllegalArgumentException("there is no " + code);
    }
    return item;
  }

  /** Sees that there are that many. */
  void check(String code, int count) {
    int there = find(code).quantity();
    if (count < 1) {
      throw new IllegalArgumentException(count + " of " + code);
    }
    if (there < count) {
      throw new OutOfStock(code, count - there);
    }
  }

  public void take(String code, int count) {
    check(code, count);
    items.computeIfPresent(code, (c, item) -> item.with(item.quantity() - count));
  }

  /** What all of it costs. */
  public long total() {
    return items.values().stream()
        .mapToLong(item -> Math.multiplyExact(item.pricePaise(), (long) item.quantity()))
        .sum();
  }

  public List<String> below(int quantity) {
    return items.values().stream()
        .filter(item -> item.quantity() < quantity)
        .map(Item::code)
        .toList();
  }
}
