import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.List;

final class Tests {
  private static RingBuffer<String> of(int capacity, String... values) {
    RingBuffer<String> ring = new RingBuffer<>(capacity);
    for (String value : values) {
      ring.add(value);
    }
    return ring;
  }

  public static void main(String[] args) {
    Checks checks = new Checks();
    checks.check(
        "keeps all while there is room",
        () -> {
          RingBuffer<String> ring = of(3, "a", "b");
          Checks.equal(2, ring.size());
          Checks.equal("a", ring.get(0));
          Checks.equal("b", ring.get(1));
          Checks.equal(null, ring.add("c"));
        });
    checks.check(
        "pushes the oldest out",
        () -> {
          RingBuffer<String> ring = of(3, "a", "b", "c");
          Checks.equal("a", ring.add("d"));
          Checks.equal("b", ring.add("e"));
          Checks.equal("c", ring.get(0));
          Checks.equal("e", ring.get(2));
          Checks.equal(3, ring.size());
        });
    checks.check(
        "goes from the oldest to the newest",
        () -> {
          List<String> seen = new ArrayList<>();
          of(2, "a", "b", "c", "d", "e").forEach(seen::add);
          Checks.equal(List.of("d", "e"), seen);
        });
    checks.check(
        "an index beyond the values is refused",
        () -> {
          Checks.fails(IndexOutOfBoundsException.class, () -> of(3, "a").get(1));
          Checks.fails(IndexOutOfBoundsException.class, () -> of(3, "a").get(-1));
        });
    checks.check(
        "an iterator notices what is added",
        () -> {
          RingBuffer<String> ring = of(2, "a", "b");
          Iterator<String> values = ring.iterator();
          values.next();
          ring.add("c");
          Checks.fails(ConcurrentModificationException.class, values::next);
        });
    checks.check(
        "a ring of none is refused",
        () -> Checks.fails(IllegalArgumentException.class, () -> of(0)));
    checks.end();
  }
}
