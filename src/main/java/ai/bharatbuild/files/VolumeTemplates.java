package ai.bharatbuild.files;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code mkfs} writes into images that read as zeros: some dozens of blocks, the same for all
 * images of a size. They are kept, so that the next image of that size needs no other program.
 * Their file systems bear the same UUID, by which nobody asks for them. Methods may block; any
 * thread may call them.
 */
final class VolumeTemplates {
  /** Sizes that are kept; callers choose sizes freely, but most take the server's own. */
  private static final int MOST = 8;

  /** What is larger than this is not worth keeping. */
  private static final int MOST_BYTES = 2 << 20;

  /** How much of a file that tells no holes is looked at before giving up. */
  private static final long MOST_READ = 16L << 20;

  private record Key(VolumeSize size, String options) {}

  private record Piece(long offset, byte[] bytes) {}

  private final Map<Key, List<Piece>> known =
      new LinkedHashMap<>(MOST, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, List<Piece>> eldest) {
          return size() > MOST;
        }
      };

  /**
   * Formats an image that reads as zeros like one that was kept.
   *
   * @return false, and nothing is written, where none of that size and those options was
   */
  boolean write(Fd image, VolumeSize size, String options) {
    List<Piece> pieces;
    synchronized (known) {
      pieces = known.get(new Key(size, options));
    }
    if (pieces == null) {
      return false;
    }
    for (Piece piece : pieces) {
      check(LinuxPlaces.seek(image.number(), piece.offset(), LinuxPlaces.SEEK_SET), "positioning");
      check(Linux.write(image.number(), piece.bytes(), 0, piece.bytes().length), "writing");
    }
    return true;
  }

  /** Keeps what was written to an image, if it is little enough. It must not be mounted yet. */
  void keep(Fd image, VolumeSize size, String options) {
    List<Piece> pieces = read(image, size.bytes());
    if (pieces != null) {
      synchronized (known) {
        known.put(new Key(size, options), pieces);
      }
    }
  }

  /** Null where it is too much. */
  private static List<Piece> read(Fd image, long size) {
    List<Piece> pieces = new ArrayList<>();
    long kept = 0;
    long read = 0;
    long at = 0;
    while (at < size) {
      long data = LinuxPlaces.seek(image.number(), at, LinuxPlaces.SEEK_DATA);
      if (data == -Linux.ENXIO) {
        break;
      }
      check(data, "looking for data");
      // Blocks of zeros among the data are left out, too.
      at = data - data % VolumeSize.BLOCK;
      byte[] block = readBlock(image, at);
      if (!isZero(block)) {
        pieces.add(new Piece(at, block));
        kept += block.length;
      }
      at += VolumeSize.BLOCK;
      read += VolumeSize.BLOCK;
      if (kept > MOST_BYTES || read > MOST_READ) {
        return null;
      }
    }
    return pieces;
  }

  private static byte[] readBlock(Fd image, long offset) {
    byte[] block = new byte[VolumeSize.BLOCK];
    check(LinuxPlaces.seek(image.number(), offset, LinuxPlaces.SEEK_SET), "positioning");
    int read = (int) check(Linux.read(image.number(), block.length), "reading");
    Linux.scratch().io.asByteBuffer().get(block, 0, read);
    return block;
  }

  private static boolean isZero(byte[] block) {
    return Arrays.mismatch(block, new byte[block.length]) < 0;
  }

  private static long check(long result, String action) {
    if (result < 0) {
      throw FileFailure.of((int) result, action);
    }
    return result;
  }
}
