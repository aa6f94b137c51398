package ai.bharatbuild.log;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Consecutive records in a file. The name tells the first id and the raw bytes before it, so that a
 * gap can be counted after a restart.
 *
 * @param rawBefore raw bytes of the whole log before the first record
 * @param rawThrough raw bytes of the whole log up to and including the last record
 * @param length bytes of the file that hold whole records
 */
record Segment(Path file, long firstId, long lastId, long rawBefore, long rawThrough, long length) {
  private static final Pattern NAME = Pattern.compile("(\\d{1,18})-(\\d{1,18})\\.sse");

  static Segment empty(Path directory, long firstId, long rawBefore) {
    Path file = directory.resolve(firstId + "-" + rawBefore + ".sse");
    return new Segment(file, firstId, firstId - 1, rawBefore, rawBefore, 0);
  }

  /** The segment that a file of this name begins, still without records. */
  static Optional<Segment> named(Path file) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    return name.matches()
        ? Optional.of(
            empty(file.getParent(), Long.parseLong(name.group(1)), Long.parseLong(name.group(2))))
        : Optional.empty();
  }

  Segment grown(long newLastId, long newRawThrough, long newLength) {
    return new Segment(file, firstId, newLastId, rawBefore, newRawThrough, newLength);
  }
}
