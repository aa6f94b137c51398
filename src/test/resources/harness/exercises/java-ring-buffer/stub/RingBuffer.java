import java.util.Iterator;
import java.util.List;

final class RingBuffer<T> implements Iterable<T> {
  RingBuffer(int capacity) {}

  T add(T value) {
    return null;
  }

  T get(int index) {
    return null;
  }

  int size() {
    return 0;
  }

  @Override
  public Iterator<T> iterator() {
    return List.<T>of().iterator();
  }
}
