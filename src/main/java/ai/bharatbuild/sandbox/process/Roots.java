package ai.bharatbuild.sandbox.process;

import ai.bharatbuild.sandbox.ProjectType;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.Map;

/** Where the file systems come from that commands see, read-only. */
@FunctionalInterface
public interface Roots {
  /** The file system with a type's tools; asked once per type, unless it fails. */
  Future<Root> of(ProjectType type);

  /**
   * One file system.
   *
   * @param directory what becomes {@code /}; it must hold {@code proc}, {@code dev}, {@code run}
   *     and {@code tmp}. Null for the host's own programs
   * @param environment variables that its programs need
   */
  record Root(Path directory, Map<String, String> environment) {}

  /** The host's own {@code /usr} for every type, without any of its settings or secrets. */
  static Roots host() {
    Map<String, String> environment =
        Map.of("PATH", "/usr/local/bin:/usr/bin:/bin", "LANG", "C.UTF-8");
    return type -> Future.succeededFuture(new Root(null, environment));
  }
}
