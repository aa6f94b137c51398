package ai.bharatbuild.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;

/**
 * How much of what a producer was given is in its log, so that another process can go on from
 * there: given the same pieces from {@code inputs + 1} on, it makes the same events from {@code
 * lastId + 1} on.
 *
 * @param inputs pieces of the producer's input that are in the log as a whole
 * @param lastId the last event that they made; the log may have later ones
 * @param stdout bytes of standard output that no event has yet; at most three
 * @param stderr the same of standard error
 */
public record Checkpoint(long inputs, long lastId, byte[] stdout, byte[] stderr) {
  private static final String FILE = "checkpoint";
  private static final int MOST_HELD = 3;
  private static final int SIZE = 2 * Long.BYTES + 2 * (1 + MOST_HELD);

  /**
   * Replaces the checkpoint of a directory. Blocks. So few bytes within one page are written as a
   * whole or not at all, whenever this process is killed.
   */
  void write(Path directory) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(SIZE + Integer.BYTES);
    bytes.putLong(inputs).putLong(lastId);
    putHeld(bytes, stdout);
    putHeld(bytes, stderr);
    bytes.putInt(checksum(bytes.array()));
    bytes.flip();
    try (FileChannel channel =
        FileChannel.open(
            directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      RawIndex.writeFully(channel, bytes, 0);
    }
  }

  /** The checkpoint of a directory, or null when there is none or it is damaged. Blocks. */
  static Checkpoint read(Path directory) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(directory.resolve(FILE));
    } catch (NoSuchFileException e) {
      return null;
    }
    ByteBuffer fields = ByteBuffer.wrap(bytes);
    if (bytes.length != SIZE + Integer.BYTES || fields.getInt(SIZE) != checksum(bytes)) {
      return null;
    }
    return new Checkpoint(fields.getLong(), fields.getLong(), held(fields), held(fields));
  }

  private static void putHeld(ByteBuffer target, byte[] held) {
    target.put((byte) held.length).put(held).position(target.position() + MOST_HELD - held.length);
  }

  private static byte[] held(ByteBuffer source) {
    byte[] held = new byte[source.get()];
    source.get(held).position(source.position() + MOST_HELD - held.length);
    return held;
  }

  private static int checksum(byte[] bytes) {
    CRC32 sum = new CRC32();
    sum.update(bytes, 0, SIZE);
    return (int) sum.getValue();
  }
}
