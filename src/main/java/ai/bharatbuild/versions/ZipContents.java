package ai.bharatbuild.versions;

import ai.bharatbuild.files.OpenFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Iterator;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * The files of a ZIP, one after another, each unpacked to a file of its own. Blocks; for one thread
 * at a time.
 */
final class ZipContents implements AutoCloseable {
  private final ZipFile zip;
  private final Iterator<ZipArchiveEntry> entries;
  private final Path directory;

  /** A file; whoever gets it deletes the copy. */
  record Unpacked(Manifest.Entry entry, Path copy) {}

  /**
   * @param directory for the copies
   */
  ZipContents(OpenFile file, Path directory) throws IOException {
    this.zip = ZipFile.builder().setSeekableByteChannel(file.channel()).get();
    this.entries = Collections.list(zip.getEntries()).iterator();
    this.directory = directory;
  }

  /** The next file, or null behind the last one. */
  Unpacked next() throws IOException {
    while (entries.hasNext()) {
      ZipArchiveEntry entry = entries.next();
      if (!entry.isDirectory()) {
        return unpack(entry);
      }
    }
    return null;
  }

  private Unpacked unpack(ZipArchiveEntry entry) throws IOException {
    Path copy = Files.createTempFile(directory, "content", "");
    try (InputStream in = zip.getInputStream(entry)) {
      return copy(in, entry.getName(), copy);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(copy);
      throw e;
    }
  }

  /** Copies to a file, and tells what was copied. */
  static Unpacked copy(InputStream in, String path, Path copy) throws IOException {
    try (OutputStream file = Files.newOutputStream(copy);
        DigestOutputStream out =
            new DigestOutputStream(file, MessageDigest.getInstance("SHA-256"))) {
      long size = in.transferTo(out);
      String hash = HexFormat.of().formatHex(out.getMessageDigest().digest());
      return new Unpacked(new Manifest.Entry(path, size, hash), copy);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
