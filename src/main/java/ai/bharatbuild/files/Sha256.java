package ai.bharatbuild.files;

import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** How contents of files are told apart: their SHA-256, in lower-case hexadecimal. */
public final class Sha256 {
  private Sha256() {}

  public static String of(byte[] content) {
    return HexFormat.of().formatHex(digest().digest(content));
  }

  /**
   * Hashes what can be read from an open file.
   *
   * @param limit bytes; null where the file has more
   */
  static String of(Fd fd, long limit) {
    MessageDigest digest = digest();
    MemorySegment buffer = Linux.scratch().io;
    long length = 0;
    while (true) {
      int step = Linux.read(fd.number(), (int) buffer.byteSize());
      if (step < 0) {
        throw FileFailure.of(step, "reading");
      }
      if (step == 0) {
        return HexFormat.of().formatHex(digest.digest());
      }
      length += step;
      if (length > limit) {
        return null;
      }
      digest.update(buffer.asSlice(0, step).asByteBuffer());
    }
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
