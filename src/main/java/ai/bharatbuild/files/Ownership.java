package ai.bharatbuild.files;

/**
 * The user that files made by the server belong to, so that sandbox and server can change what the
 * other made. Only root can give files away; under another user the sandbox runs as that user.
 */
public record Ownership(int uid, int gid) {
  private static final boolean ROOT = Linux.effectiveUser() == 0;

  void give(Fd fd) {
    if (ROOT) {
      check(Linux.chown(fd.number(), uid, gid));
    }
  }

  private static void check(int result) {
    if (result < 0) {
      throw FileFailure.of(result, "chown");
    }
  }
}
