package ai.bharatbuild.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A file of fixed size that remembers, for the newest events, how many raw bytes the log had up to
 * and including each, so that a gap can be counted after the events themselves are gone. Blocking.
 */
final class RawIndex {
  /** Marks the event that ended the log. */
  private static final long END = Long.MIN_VALUE;

  private static final int ENTRY = Long.BYTES;

  private final Path file;
  private final long capacity;

  RawIndex(Path directory, long capacity) {
    this.file = directory.resolve("index");
    this.capacity = capacity;
  }

  /** Whether the entry of {@code id} is still there when {@code lastId} was written. */
  boolean covers(long id, long lastId) {
    return lastId - id < capacity;
  }

  FileChannel open() throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /**
   * @param pieces whose ids follow one another; at least one
   * @param endId id of the event that ends the log, or 0
   */
  void write(FileChannel channel, List<Chunk.Piece> pieces, long endId) throws IOException {
    long id = pieces.getFirst().firstId();
    long slot = (id - 1) % capacity;
    int count = (int) (pieces.getLast().lastId() - id + 1);
    ByteBuffer entries = ByteBuffer.allocate(ENTRY * count);
    for (Chunk.Piece piece : pieces) {
      for (int i = piece.rawFrom(); i < piece.rawTo(); i++, id++) {
        entries.putLong(piece.rawThrough()[i] | (id == endId ? END : 0));
      }
    }
    entries.flip();
    while (entries.hasRemaining()) {
      int room = (int) Math.min(entries.remaining(), (capacity - slot) * ENTRY);
      writeFully(channel, entries.slice(entries.position(), room), slot * ENTRY);
      entries.position(entries.position() + room);
      slot = (slot + room / ENTRY) % capacity;
    }
  }

  /** The entry of an event that {@link #covers} holds for, or null when none was written. */
  Entry read(long id) throws IOException {
    if (id == 0) {
      return new Entry(0, false);
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer entry = ByteBuffer.allocate(ENTRY);
      long position = (id - 1) % capacity * ENTRY;
      while (entry.hasRemaining()) {
        if (channel.read(entry, position + entry.position()) < 0) {
          return null;
        }
      }
      long value = entry.getLong(0);
      return new Entry(value & ~END, value < 0);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  static void writeFully(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  /**
   * @param raw raw bytes of the log up to and including the event
   * @param end whether the event ended the log
   */
  record Entry(long raw, boolean end) {}
}
