package ai.bharatbuild.jobs;

import ai.bharatbuild.files.FileFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What failing to write the server's own files means to a caller. */
final class FileErrors {
  private FileErrors() {}

  /** Removes the half-written file, if any, and tells a full disk from other failures. */
  static RuntimeException translate(IOException e, Path leftover) {
    if (leftover != null) {
      try {
        Files.deleteIfExists(leftover);
      } catch (IOException ignored) {
        // It is swept at the next start.
      }
    }
    String message = String.valueOf(e.getMessage());
    boolean full = message.contains("No space left") || message.contains("Disk quota exceeded");
    return full
        ? new FileFailure(
            FileFailure.Kind.NO_SPACE, "The server's disk has no room left; nothing was changed.")
        : new UncheckedIOException(e);
  }
}
