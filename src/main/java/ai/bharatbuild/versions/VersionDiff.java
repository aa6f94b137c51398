package ai.bharatbuild.versions;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * How one file differs between two versions. Computing it takes a while: not for event loops.
 *
 * @param change {@code added}, {@code removed} or {@code modified}
 * @param diff unified, with three lines of context; null where the file is not text or too large
 * @param omitted why there is no diff: {@code binary} or {@code too_large}; else null
 */
record VersionDiff(String path, String change, String diff, String omitted) {
  /** Larger files are not compared line by line. */
  static final long MAX_BYTES = 512 << 10;

  private static final int MAX_LINES = 10_000;
  private static final int CONTEXT = 3;

  static VersionDiff tooLarge(String path, String change) {
    return new VersionDiff(path, change, null, "too_large");
  }

  /**
   * @param before null where the file was added
   * @param after null where it was removed
   */
  static VersionDiff of(String path, String change, Buffer before, Buffer after) {
    List<String> old = lines(before);
    List<String> now = lines(after);
    if (old == null || now == null) {
      return new VersionDiff(path, change, null, "binary");
    }
    if (old.size() > MAX_LINES || now.size() > MAX_LINES) {
      return tooLarge(path, change);
    }
    List<String> unified =
        UnifiedDiffUtils.generateUnifiedDiff(
            before == null ? "/dev/null" : "a/" + path,
            after == null ? "/dev/null" : "b/" + path,
            old,
            DiffUtils.diff(old, now),
            CONTEXT);
    return new VersionDiff(path, change, String.join("\n", unified) + "\n", null);
  }

  /** Null where the bytes are no text. */
  private static List<String> lines(Buffer content) {
    if (content == null || content.length() == 0) {
      return List.of();
    }
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(content.getBytes()))
              .toString();
      if (text.indexOf('\0') >= 0) {
        return null;
      }
      String[] lines = text.split("\n", -1);
      boolean closed = lines[lines.length - 1].isEmpty();
      String[] whole = closed ? Arrays.copyOf(lines, lines.length - 1) : lines;
      if (!closed) {
        whole[whole.length - 1] += "\n\\ No newline at end of file";
      }
      return List.of(whole);
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
