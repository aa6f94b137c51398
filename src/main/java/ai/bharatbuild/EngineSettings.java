package ai.bharatbuild;

import ai.bharatbuild.config.Settings;
import ai.bharatbuild.sandbox.docker.DockerSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What the adapter for Docker is told of this server: its name, its user and its places. */
final class EngineSettings {
  private static final Path RUN = Path.of("/run");

  private EngineSettings() {}

  static DockerSettings of(Settings.Sandboxes sandboxes, User user, Path state, String id) {
    return new DockerSettings(
        sandboxes.engineSocket(),
        sandboxes.network() + "-" + id,
        sandboxes.imagePrefix(),
        sandboxes.runtime(),
        sandboxes.caBundle(),
        state,
        sockets(sandboxes.socketDirectory(), state, id),
        user.uid(),
        user.gid(),
        user.serverIsRoot(),
        sandboxes.ownLinks(),
        id);
  }

  /** Paths of sockets must be short, so a place near the root comes first. */
  private static Path sockets(String directory, Path state, String serverId) {
    boolean nearRoot = directory.isEmpty() && Files.isWritable(RUN);
    if (nearRoot) {
      return RUN.resolve("bharatbuild").resolve(serverId);
    }
    return directory.isEmpty() || directory.equals("state")
        ? state.resolve("sockets")
        : Path.of(directory).resolve(serverId);
  }

  /**
   * Names this server's data by its place, so that what a server with the same place left behind is
   * known as its own even when all its records are gone.
   */
  static String serverId(Path base) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(base.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
