package ai.bharatbuild.jobs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Makes archives, good and bad, entry by entry. */
public final class Tars {
  public static final int MODIFIED_SECONDS = 1_600_000_000;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar =
      new TarArchiveOutputStream(bytes, StandardCharsets.UTF_8.name());

  public Tars() {
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
  }

  public Tars file(String name, String content) {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  public Tars file(String name, byte[] content) {
    return add(name, TarArchiveEntry.LF_NORMAL, content);
  }

  public Tars directory(String name) {
    return add(name, TarArchiveEntry.LF_DIR, new byte[0]);
  }

  public Tars add(String name, byte type, byte[] content) {
    TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
    entry.setSize(content.length);
    entry.setModTime(new Date(MODIFIED_SECONDS * 1000L));
    if (type == TarArchiveEntry.LF_LINK || type == TarArchiveEntry.LF_SYMLINK) {
      entry.setLinkName("/etc/passwd");
    }
    try {
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The archive with its end mark. */
  public byte[] end() {
    try {
      tar.close();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static byte[] gzip(byte[]... parts) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      for (byte[] part : parts) {
        out.write(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  /** Writes another text over a header's field and mends the checksum. */
  public static byte[] patched(byte[] archive, int block, int at, byte[] field) {
    byte[] copy = archive.clone();
    int start = block * 512;
    System.arraycopy(field, 0, copy, start + at, field.length);
    java.util.Arrays.fill(copy, start + 148, start + 156, (byte) ' ');
    int sum = 0;
    for (int i = start; i < start + 512; i++) {
      sum += copy[i] & 0xff;
    }
    byte[] octal = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(octal, 0, copy, start + 148, octal.length);
    return copy;
  }
}
