package ai.bharatbuild.it;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** What tests of commands share: a server of the class's own with one sandbox. */
abstract class OneSandbox {
  @TempDir static Path base;
  static TestServer server;

  /** The sandbox's workspace. */
  static String id;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(base, Map.of());
    id = server.container("node");
  }

  @AfterAll
  static void stop() throws Exception {
    server.closeAndClean();
  }
}
