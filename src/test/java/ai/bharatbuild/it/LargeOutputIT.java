package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that print more than anybody reads. */
class LargeOutputIT {
  private static final int LINE = 100;
  private static final long KEPT_MB = 4;
  @TempDir Path base;
  private TestServer server;
  private String id;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.start(base, Map.of("EXEC_LOG_MB", KEPT_MB));
    id = server.container("python");
  }

  @AfterEach
  void stop() throws Exception {
    server.closeAndClean();
  }

  private String print(long bytes) {
    return "yes %s | head -c %d".formatted("x".repeat(LINE - 1), bytes);
  }

  @Test
  void aReaderThatDoesNotReadLosesOnlyWhatIsTold() throws Exception {
    long printed = 60_000_000;
    System.gc();
    long before = used();
    try (Events.Open silent = server.open(id, new JsonObject().put("command", print(printed)))) {
      String path = "/api/v1/containers/" + id + "/execs/" + silent.execId();
      TestServer.eventually(() -> server.get(path).json().getString("state"), "ended"::equals);
      System.gc();
      assertThat(used() - before).as("heap that a silent reader costs").isLessThan(32_000_000);

      Events events = silent.toEnd();

      long got = events.bytes("stdout").length;
      long missed =
          events.all().stream()
              .filter(e -> e.type().equals("gap"))
              .mapToLong(e -> e.json().getJsonObject("data").getLong("bytes"))
              .sum();
      assertThat(events.count("gap")).isPositive();
      assertThat(got + missed).isEqualTo(printed);
      assertThat(got).isGreaterThanOrEqualTo((KEPT_MB << 20) * 3 / 4);
      assertThat(events.cause()).isEqualTo("exited");
      long next = 1;
      for (Events.Event event : events.all()) {
        if (event.type().equals("gap")) {
          assertThat(event.json().getJsonObject("data").getLong("from")).isEqualTo(next);
          next = event.json().getJsonObject("data").getLong("to") + 1;
        } else {
          assertThat(event.id()).isEqualTo(next++);
        }
      }
    }
  }

  @Test
  void aReaderThatReadsGetsEverythingWithinTheLogsBound() throws Exception {
    long printed = KEPT_MB << 20;
    Events events = server.exec(id, print(printed));

    assertThat(events.count("gap")).isZero();
    assertThat(events.bytes("stdout").length).isEqualTo(printed);
    assertThat(events.stdout()).matches("(x{99}\\n)*x*\\n?");
  }

  private static long used() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
