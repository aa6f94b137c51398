package ai.bharatbuild.jobs.tar;

import ai.bharatbuild.problem.ApiException;

/**
 * Reads an archive that may be compressed with gzip, which its first bytes tell, and never more of
 * it than a limit. For one thread at a time.
 */
public final class ArchiveReader implements AutoCloseable {
  private final TarReader tar;
  private final long maxBytes;
  private final byte[] first = new byte[2];
  private int firstLength;
  private Gunzip gunzip;
  private long bytes;

  /**
   * @param maxBytes of the archive when decompressed
   */
  public ArchiveReader(TarReader tar, long maxBytes) {
    this.tar = tar;
    this.maxBytes = maxBytes;
  }

  /** Takes the next piece. Throws 400 {@code invalid_archive}, 413, or what the sink throws. */
  public void accept(byte[] piece) {
    int at = 0;
    while (firstLength < first.length && at < piece.length) {
      first[firstLength++] = piece[at++];
      if (firstLength == first.length) {
        if (Gunzip.isGzip(first[0] & 0xff, first[1] & 0xff)) {
          gunzip = new Gunzip(this::plain);
        }
        pass(first, 0, first.length);
      }
    }
    pass(piece, at, piece.length - at);
  }

  private void pass(byte[] from, int offset, int length) {
    if (length == 0) {
      return;
    }
    if (gunzip == null) {
      plain(from, offset, length);
    } else {
      gunzip.accept(from, offset, length);
    }
  }

  private void plain(byte[] from, int offset, int length) {
    bytes += length;
    if (bytes > maxBytes) {
      throw ApiException.tooLarge(
          "The archive has more than %d bytes, decompressed.".formatted(maxBytes), maxBytes, bytes);
    }
    tar.accept(from, offset, length);
  }

  /** To be called when all bytes have come. Throws when the archive is not whole. */
  public void finish() {
    if (firstLength == 1) {
      plain(first, 0, 1);
    }
    if (gunzip != null) {
      gunzip.finish();
    }
    tar.finish();
  }

  @Override
  public void close() {
    if (gunzip != null) {
      gunzip.close();
    }
  }
}
