package ai.bharatbuild.jobs.tar;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarUtils;

/** One header block, understood. */
record TarHeader(char type, String name, long size, int mode, long modifiedNanos) {
  private static final int NAME_BYTES = 100;
  private static final int MODE_AT = 100;
  private static final int SIZE_AT = 124;
  private static final int TIME_AT = 136;
  private static final int TYPE_AT = 156;
  private static final int MAGIC_AT = 257;
  private static final int PREFIX_AT = 345;
  private static final int PREFIX_BYTES = 155;
  private static final int EXECUTABLE = 0111;

  /** The year 9999; times beyond mean nothing and would not fit. */
  private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(253_402_300_799L);

  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000L);
  private static final long MAX_NANOS = Long.MAX_VALUE;

  /**
   * @param extensions what headers before it say of the entry
   */
  static TarHeader parse(byte[] block, Extensions extensions) {
    if (!isSound(block)) {
      throw BadArchive.whole("is broken, or no tar archive: a header's checksum is wrong");
    }
    char type = (char) (block[TYPE_AT] & 0xff);
    boolean own = isExtension(type);
    String name = own || extensions.path == null ? name(block) : extensions.path;
    long size = own || extensions.size == null ? number(block, SIZE_AT, 12, name) : extensions.size;
    if (size < 0) {
      throw BadArchive.entry(name, "has a negative size");
    }
    boolean isDirectory = type == '5' || (type == '0' || type == 0) && name.endsWith("/");
    long nanos =
        extensions.modifiedNanos == null || own
            ? nanos(BigDecimal.valueOf(number(block, TIME_AT, 12, name)))
            : extensions.modifiedNanos;
    return new TarHeader(
        isDirectory ? '5' : type,
        name,
        isDirectory ? requireNone(size, name) : size,
        (int) number(block, MODE_AT, 8, name),
        nanos);
  }

  private static boolean isSound(byte[] block) {
    try {
      return TarUtils.verifyCheckSum(block);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static long requireNone(long size, String name) {
    if (size != 0) {
      throw BadArchive.entry(name, "is a directory with content");
    }
    return 0;
  }

  /** Nanoseconds since 1970, from seconds; clamped to what a file system can hold. */
  static long nanos(BigDecimal seconds) {
    BigDecimal clamped = seconds.max(BigDecimal.ZERO).min(MAX_SECONDS);
    return clamped
        .multiply(NANOS)
        .setScale(0, RoundingMode.FLOOR)
        .min(BigDecimal.valueOf(MAX_NANOS))
        .longValue();
  }

  private static long number(byte[] block, int at, int length, String name) {
    try {
      return TarUtils.parseOctalOrBinary(block, at, length);
    } catch (IllegalArgumentException e) {
      throw BadArchive.entry(name, "has a broken number in its header");
    }
  }

  private static String name(byte[] block) {
    String name = field(block, 0, NAME_BYTES);
    boolean ustar =
        new String(block, MAGIC_AT, 6, StandardCharsets.ISO_8859_1).equals("ustar\0")
            && block[PREFIX_AT] != 0;
    return ustar ? field(block, PREFIX_AT, PREFIX_BYTES) + '/' + name : name;
  }

  private static String field(byte[] block, int at, int length) {
    int end = at;
    while (end < at + length && block[end] != 0) {
      end++;
    }
    return Extensions.text(block, at, end - at, "a name");
  }

  private static boolean isExtension(char type) {
    return type == 'x' || type == 'X' || type == 'g' || type == 'L' || type == 'K';
  }

  /** Whether it only says something about entries that follow. */
  boolean isExtension() {
    return isExtension(type);
  }

  /** Whether it can be passed over: a volume's label. */
  boolean isIgnored() {
    return type == 'V';
  }

  /** The entry, if it is one that a workspace can hold. */
  TarEntry entry() {
    String what =
        switch (type) {
          case '0', '\0', '7', '5' -> null;
          case '1' -> "is a hard link";
          case '2' -> "is a symbolic link";
          case '3', '4' -> "is a device";
          case '6' -> "is a FIFO";
          case 'S' -> "is a sparse file";
          case 'M' -> "continues a file of another volume";
          default -> "is of an unknown type";
        };
    if (what != null) {
      throw BadArchive.entry(name, what + "; only files and directories are taken");
    }
    return new TarEntry(name, type == '5', size, (mode & EXECUTABLE) != 0, modifiedNanos);
  }
}
