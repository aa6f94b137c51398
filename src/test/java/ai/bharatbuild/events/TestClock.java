package ai.bharatbuild.events;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until it is moved. */
public final class TestClock implements InstantSource {
  private volatile Instant now;

  public TestClock(String now) {
    this.now = Instant.parse(now);
  }

  @Override
  public Instant instant() {
    return now;
  }

  public void to(String instant) {
    now = Instant.parse(instant);
  }

  public void forward(Duration step) {
    now = now.plus(step);
  }
}
