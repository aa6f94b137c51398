package ai.bharatbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.sandbox.PoolMessages.Warm;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WarmShelfTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final WarmShelf<Warm> shelf = new WarmShelf<>(1, 3, 60 * SECOND);

  @Test
  void keepsTheLeast() {
    assertThat(shelf.missing(0)).isEqualTo(1);
    shelf.add(warm("a"));
    assertThat(shelf.missing(0)).isZero();
    assertThat(shelf.surplus(0)).isNull();
  }

  @Test
  void followsDemandUpToTheMost() {
    for (int i = 0; i < 10; i++) {
      assertThat(shelf.take(i * SECOND)).isNull();
    }
    assertThat(shelf.missing(10 * SECOND)).isEqualTo(3);
  }

  @Test
  void shrinksWhenDemandIsOver() {
    shelf.take(0);
    shelf.take(0);
    shelf.add(warm("a"));
    shelf.add(warm("b"));
    assertThat(shelf.surplus(59 * SECOND)).isNull();
    assertThat(shelf.surplus(61 * SECOND).sandbox().handle()).isEqualTo("a");
    assertThat(shelf.surplus(61 * SECOND)).isNull();
  }

  @Test
  void givesEachAwayOnce() {
    shelf.add(warm("a"));
    assertThat(shelf.take(0).sandbox().handle()).isEqualTo("a");
    assertThat(shelf.take(0)).isNull();
  }

  @Test
  void waitsLongerAfterEachFailure() {
    shelf.failed(0);
    assertThat(shelf.missing(3 * SECOND)).isZero();
    assertThat(shelf.missing(4 * SECOND)).isEqualTo(1);
    shelf.failed(4 * SECOND);
    assertThat(shelf.missing(11 * SECOND)).isZero();
    assertThat(shelf.missing(12 * SECOND)).isEqualTo(1);
  }

  @Test
  void dropsTheOneThatStopped() {
    shelf.add(warm("a"));
    shelf.add(warm("b"));
    assertThat(drop("c")).isNull();
    assertThat(drop("a").sandbox().handle()).isEqualTo("a");
    assertThat(shelf.empty()).extracting(warm -> warm.sandbox().handle()).containsExactly("b");
    assertThat(shelf.empty()).isEmpty();
  }

  @Test
  void mayKeepNone() {
    WarmShelf<Warm> none = new WarmShelf<>(2, 0, 60 * SECOND);
    none.take(0);
    assertThat(none.missing(0)).isZero();
  }

  private Warm drop(String handle) {
    return shelf.drop(warm -> warm.sandbox().handle().equals(handle));
  }

  private static Warm warm(String handle) {
    Sandbox sandbox =
        new Sandbox(
            handle,
            "",
            "i" + handle,
            ProjectType.NODE,
            Sandbox.State.RUNNING,
            null,
            Instant.EPOCH,
            Instant.EPOCH,
            Map.of(),
            null,
            Map.of());
    return new Warm(sandbox, new Workspaces.Prepared(handle, Path.of("/" + handle)));
  }
}
