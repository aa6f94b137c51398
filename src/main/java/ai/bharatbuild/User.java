package ai.bharatbuild;

import ai.bharatbuild.files.Ownership;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Who commands in sandboxes run as. A server that is root gives files to a user of their own; any
 * other server cannot, so its sandboxes run as itself and both can change each other's files.
 */
record User(int uid, int gid, boolean serverIsRoot) {
  private static final Path SELF = Path.of("/proc/self");

  Ownership owner() {
    return new Ownership(uid, gid);
  }

  static User of(int sandboxUid) {
    try {
      int uid = (int) Files.getAttribute(SELF, "unix:uid");
      int gid = (int) Files.getAttribute(SELF, "unix:gid");
      return uid == 0 ? new User(sandboxUid, sandboxUid, true) : new User(uid, gid, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
