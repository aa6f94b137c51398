import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import shop.Inventory;
import shop.Item;
import shop.Orders;
import shop.OutOfStock;

final class Tests {
  private static Inventory shop() {
    Inventory inventory = new Inventory();
    inventory.add(new Item("tea", "Tea", 100_50, 10));
    inventory.add(new Item("cup", "Cup", 40_00, 2));
    inventory.add(new Item("bag", "Bag", 999_99, 1));
    return inventory;
  }

  public static void main(String[] args) {
    Checks checks = new Checks();
    checks.check("adds up what all of it costs", () -> Checks.equal(2084_99L, shop().total()));
    checks.check(
        "more of the same are added at the new price",
        () -> {
          Inventory inventory = shop();
          inventory.add(new Item("cup", "Cup", 50_00, 3));
          Checks.equal(new Item("cup", "Cup", 50_00, 5), inventory.find("cup"));
        });
    checks.check(
        "lists what is running out",
        () -> {
          Checks.equal(List.of("bag", "cup"), shop().below(3));
          Checks.equal(List.of(), shop().below(1));
        });
    checks.check(
        "takes nothing where there are too few",
        () -> {
          Inventory inventory = shop();
          try {
            inventory.take("cup", 5);
          } catch (OutOfStock e) {
            Checks.equal("cup 3", e.code() + " " + e.missing());
            Checks.equal(2, inventory.find("cup").quantity());
            return;
          }
          throw new AssertionError("took 5 of 2");
        });
    checks.check(
        "sells",
        () -> {
          Inventory inventory = shop();
          Checks.equal(281_00L, new Orders(inventory).place(Map.of("tea", 2, "cup", 2)));
          Checks.equal(8, inventory.find("tea").quantity());
          Checks.equal(0, inventory.find("cup").quantity());
        });
    checks.check(
        "gives 5% off from 1000 rupees on, rounded down",
        () -> {
          Checks.equal(999_99L, new Orders(shop()).place(Map.of("bag", 1)));
          Checks.equal(954_75L, new Orders(shop()).place(Map.of("tea", 10)));
          Checks.equal(1045_46L, new Orders(shop()).place(Map.of("bag", 1, "tea", 1)));
        });
    checks.check(
        "an order takes all lines or none",
        () -> {
          Inventory inventory = shop();
          Orders orders = new Orders(inventory);
          // In this order, so that something could be taken before the line that cannot be.
          Map<String, Integer> tooMany = new LinkedHashMap<>();
          tooMany.put("tea", 1);
          tooMany.put("bag", 2);
          Checks.fails(OutOfStock.class, () -> orders.place(tooMany));
          Map<String, Integer> unknown = new LinkedHashMap<>();
          unknown.put("tea", 1);
          unknown.put("milk", 1);
          Checks.fails(IllegalArgumentException.class, () -> orders.place(unknown));
          Checks.fails(IllegalArgumentException.class, () -> orders.place(Map.of()));
          Checks.equal(10, inventory.find("tea").quantity());
        });
    checks.check(
        "refuses what is no item and no count",
        () -> {
          Checks.fails(IllegalArgumentException.class, () -> new Item(" ", "x", 1, 1));
          Checks.fails(IllegalArgumentException.class, () -> new Item("x", "x", 1, -1));
          Checks.fails(IllegalArgumentException.class, () -> shop().take("tea", 0));
        });
    checks.end();
  }
}
