import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

final class SlidingWindow {
  private final int most;
  private final long window;
  private final LongSupplier nanos;
  private final Map<String, Deque<Long>> calls = new HashMap<>();

  SlidingWindow(int most, Duration window, LongSupplier nanos) {
    this.most = most;
    this.window = window.toNanos();
    this.nanos = nanos;
  }

  synchronized boolean allow(String key) {
    long now = nanos.getAsLong();
    Deque<Long> times = calls.computeIfAbsent(key, k -> new ArrayDeque<>());
    forget(times, now);
    if (times.size() >= most) {
      return false;
    }
    times.addLast(now);
    return true;
  }

  synchronized int keys() {
    long now = nanos.getAsLong();
    calls.values().forEach(times -> forget(times, now));
    calls.values().removeIf(Deque::isEmpty);
    return calls.size();
  }

  private void forget(Deque<Long> times, long now) {
    while (!times.isEmpty() && now - times.peekFirst() >= window) {
      times.removeFirst();
    }
  }
}
