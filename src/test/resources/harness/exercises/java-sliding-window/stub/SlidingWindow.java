import java.time.Duration;
import java.util.function.LongSupplier;

final class SlidingWindow {
  SlidingWindow(int most, Duration window, LongSupplier nanos) {}

  boolean allow(String key) {
    return true;
  }

  int keys() {
    return 0;
  }
}
