package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which one-shot runtime a server has, as its health tells. */
class OneShotIT {
  @TempDir Path base;

  @Test
  void bubblewrapIsTakenWhereItWorks() throws Exception {
    JsonObject check = check(Map.of());
    assertThat(check.getString("status")).isEqualTo("ok");
    assertThat(check.getString("detail")).startsWith("process: bubblewrap ");
  }

  @Test
  void containersAreTakenWhereItIsMissing() throws Exception {
    JsonObject check = check(Map.of("ONESHOT_BWRAP", "/nowhere/bwrap"));
    assertThat(check.getString("status")).isEqualTo("ok");
    assertThat(check.getString("detail"))
        .startsWith("sandboxes: docker ")
        .contains("Bubblewrap is not installed at /nowhere/bwrap");
  }

  @Test
  void askingForWhatIsMissingIsToldAndDoesNotStopTheServer() throws Exception {
    JsonObject check =
        check(Map.of("ONESHOT_RUNTIME", "process", "ONESHOT_BWRAP", "/nowhere/bwrap"));
    assertThat(check.getString("status")).isEqualTo("down");
    assertThat(check.getString("detail")).contains("apt-get install bubblewrap");
  }

  @Test
  void containersCanBeAskedFor() throws Exception {
    assertThat(check(Map.of("ONESHOT_RUNTIME", "docker")).getString("detail"))
        .matches("sandboxes: docker [^()]*");
  }

  private JsonObject check(Map<String, String> settings) throws Exception {
    TestServer server = TestServer.start(base, new HashMap<>(settings));
    try {
      return server.get("/health").json().getJsonObject("checks").getJsonObject("one-shot");
    } finally {
      server.closeAndClean();
    }
  }
}
