package ai.bharatbuild.files;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.time.Instant;

/**
 * What the system says about one inode.
 *
 * @param mode permission bits only (the low 12 bits)
 * @param size bytes
 * @param modifiedNanos time of the last change of content, nanoseconds since the epoch
 * @param changedNanos time of the last change of content or attributes; no program can set it back
 */
public record FileStat(
    Type type, int mode, long size, long inode, long modifiedNanos, long changedNanos) {
  /** Links are never followed, so a link is a type of its own. */
  public enum Type {
    FILE,
    DIRECTORY,
    LINK,
    OTHER
  }

  private static final int MODE_AT = 28;
  private static final int INODE_AT = 32;
  private static final int SIZE_AT = 40;
  private static final int CHANGED_AT = 96;
  private static final int MODIFIED_AT = 112;
  private static final long NANOS = 1_000_000_000L;

  /** Reads the kernel's {@code struct statx}, which is the same on every architecture. */
  static FileStat read(MemorySegment statx) {
    int mode = Short.toUnsignedInt(statx.get(JAVA_SHORT, MODE_AT));
    Type type =
        switch (mode & 0170000) {
          case 0100000 -> Type.FILE;
          case 0040000 -> Type.DIRECTORY;
          case 0120000 -> Type.LINK;
          default -> Type.OTHER;
        };
    return new FileStat(
        type,
        mode & 07777,
        statx.get(JAVA_LONG, SIZE_AT),
        statx.get(JAVA_LONG, INODE_AT),
        nanos(statx, MODIFIED_AT),
        nanos(statx, CHANGED_AT));
  }

  private static long nanos(MemorySegment statx, int at) {
    return statx.get(JAVA_LONG, at) * NANOS
        + Integer.toUnsignedLong(statx.get(JAVA_INT, at + Long.BYTES));
  }

  public boolean isFile() {
    return type == Type.FILE;
  }

  public boolean isDirectory() {
    return type == Type.DIRECTORY;
  }

  public Instant modified() {
    return Instant.ofEpochSecond(
        Math.floorDiv(modifiedNanos, NANOS), Math.floorMod(modifiedNanos, NANOS));
  }

  /** A text that changes whenever the content may have changed. */
  public String version() {
    return fileVersion() + '-' + Long.toHexString(changedNanos);
  }

  /**
   * The same for a file that is written once and never changed in place: getting and losing names
   * does not count.
   */
  public String fileVersion() {
    return Long.toHexString(inode)
        + '-'
        + Long.toHexString(size)
        + '-'
        + Long.toHexString(modifiedNanos);
  }
}
