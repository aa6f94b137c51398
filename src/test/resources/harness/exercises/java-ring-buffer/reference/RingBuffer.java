import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;

final class RingBuffer<T> implements Iterable<T> {
  private final Object[] values;
  private int first;
  private int size;
  private long added;

  RingBuffer(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("a ring of " + capacity);
    }
    values = new Object[capacity];
  }

  T add(T value) {
    added++;
    int at = (first + size) % values.length;
    T before = at(at);
    values[at] = value;
    if (size < values.length) {
      size++;
    } else {
      first = (first + 1) % values.length;
    }
    return before;
  }

  T get(int index) {
    return at((first + Objects.checkIndex(index, size)) % values.length);
  }

  int size() {
    return size;
  }

  @Override
  public Iterator<T> iterator() {
    long expected = added;
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < size;
      }

      @Override
      public T next() {
        if (added != expected) {
          throw new ConcurrentModificationException();
        }
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return get(next++);
      }
    };
  }

  @SuppressWarnings("unchecked")
  private T at(int index) {
    return (T) values[index];
  }
}
