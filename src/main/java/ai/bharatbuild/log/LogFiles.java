package ai.bharatbuild.log;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The segment files of one log. Blocking; called on worker threads. Files are opened for each call:
 * there are far more logs than there may be open files, and calls move many kilobytes at a time.
 */
final class LogFiles {
  private static final Set<OpenOption> APPENDING = Set.of(CREATE, WRITE);

  private final Path directory;
  private final int segmentBytes;
  private final RawIndex index;

  LogFiles(Path directory, int segmentBytes, long indexed) {
    this.directory = directory;
    this.segmentBytes = segmentBytes;
    this.index = new RawIndex(directory, indexed);
  }

  /**
   * Writes pieces in order after {@code tail}, the segment written last (null for none). Stops at
   * the first failure, which is part of the answer as what came before it has been written.
   *
   * @param endId id of the event that ends the log, or 0
   * @param checkpoint written after them; null for none
   */
  Written write(List<Chunk.Piece> pieces, Segment tail, long endId, Checkpoint checkpoint) {
    List<Segment> done = new ArrayList<>();
    try {
      // Before the records, so that a record found after a crash always has its entry.
      try (FileChannel channel = openIndex()) {
        for (int from = 0; from < pieces.size(); ) {
          int to = endOfRun(pieces, from);
          index.write(channel, pieces.subList(from, to), endId);
          from = to;
        }
      }
      Segment current = tail;
      int next = 0;
      while (next < pieces.size()) {
        Chunk.Piece first = pieces.get(next);
        if (current == null
            || current.length() >= segmentBytes
            || current.lastId() + 1 != first.firstId()) {
          current = Segment.empty(directory, first.firstId(), first.rawBefore());
        }
        int end = endOfSegment(pieces, next, current);
        current = extend(current, pieces.subList(next, end));
        done.add(current);
        next = end;
      }
      if (checkpoint != null) {
        // After the events that it speaks of, so that a checkpoint found after a crash has them.
        checkpoint.write(directory);
      }
      return new Written(done, null);
    } catch (IOException e) {
      return new Written(done, e);
    }
  }

  private FileChannel openIndex() throws IOException {
    try {
      return index.open();
    } catch (NoSuchFileException e) {
      Files.createDirectories(directory);
      return index.open();
    }
  }

  /** Where the ids of the pieces stop to follow one another. */
  private static int endOfRun(List<Chunk.Piece> pieces, int from) {
    int end = from + 1;
    while (end < pieces.size() && pieces.get(end).firstId() == pieces.get(end - 1).lastId() + 1) {
      end++;
    }
    return end;
  }

  private int endOfSegment(List<Chunk.Piece> pieces, int from, Segment segment) {
    long length = segment.length();
    int last = endOfRun(pieces, from);
    int end = from;
    do {
      length += pieces.get(end++).length();
    } while (end < last && length < segmentBytes);
    return end;
  }

  private static Segment extend(Segment segment, List<Chunk.Piece> pieces) throws IOException {
    long at = segment.length();
    try (FileChannel channel = FileChannel.open(segment.file(), APPENDING)) {
      try {
        if (at == 0 && channel.size() > 0) {
          // Not by opening: what ext4 sees cut to nothing it writes out when the file is closed.
          channel.truncate(0);
        }
        at += writeAll(channel.position(at), pieces);
      } catch (IOException e) {
        channel.truncate(segment.length());
        throw e;
      }
    }
    Chunk.Piece last = pieces.getLast();
    return segment.grown(last.lastId(), last.rawEnd(), at);
  }

  /** In one call of the system, where it takes all. */
  private static long writeAll(FileChannel channel, List<Chunk.Piece> pieces) throws IOException {
    ByteBuffer[] bytes = new ByteBuffer[pieces.size()];
    long length = 0;
    for (int i = 0; i < bytes.length; i++) {
      Chunk.Piece piece = pieces.get(i);
      bytes[i] = ByteBuffer.wrap(piece.data(), piece.from(), piece.length());
      length += piece.length();
    }
    for (long written = 0; written < length; ) {
      written += channel.write(bytes);
    }
    return length;
  }

  /**
   * Reads whole records from {@code id} on: as many as fit in {@code max} bytes, at least one.
   *
   * @param offset where that record begins, or -1 when it is to be looked for
   * @throws IOException when the file is gone or damaged
   */
  Slice read(Segment segment, long id, long offset, int max) throws IOException {
    try (FileChannel channel = FileChannel.open(segment.file(), READ)) {
      long from = offset >= 0 ? offset : find(channel, segment, id);
      int wanted = (int) Math.min(max, segment.length() - from);
      while (true) {
        byte[] data = readFully(channel, from, wanted);
        int end = Records.lastEnd(data, 0, wanted);
        if (end > 0) {
          if (Records.idAt(data, 0, end) != id) {
            throw new DamagedException("no record " + id + " in a segment at " + from);
          }
          return new Slice(data, end, Records.lastId(data, 0, end), from + end);
        }
        if (from + wanted >= segment.length()) {
          throw new DamagedException("unfinished record in a segment");
        }
        wanted = (int) Math.min(wanted * 2L + 1024, segment.length() - from);
      }
    }
  }

  private static long find(FileChannel channel, Segment segment, long id) throws IOException {
    if (id == segment.firstId()) {
      return 0;
    }
    int length = Math.toIntExact(segment.length());
    byte[] data = readFully(channel, 0, length);
    int at = 0;
    for (long current = segment.firstId(); current < id && at >= 0; current++) {
      at = Records.firstEnd(data, at, length);
    }
    if (at < 0) {
      throw new DamagedException("missing records in a segment");
    }
    return at;
  }

  private static byte[] readFully(FileChannel channel, long from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, from + bytes.position()) < 0) {
        throw new DamagedException("a segment is shorter than it was");
      }
    }
    return bytes.array();
  }

  boolean indexed(long id, long lastId) {
    return index.covers(id, lastId);
  }

  /** Raw bytes up to and including an event, or -1 when that is not known. */
  long rawThrough(long id) {
    try {
      RawIndex.Entry entry = index.read(id);
      return entry == null ? -1 : entry.raw();
    } catch (IOException e) {
      return -1;
    }
  }

  /** Finds the segments that an earlier process left; ignores what is torn or not a segment. */
  Recovered recover() throws IOException {
    List<Segment> found = new ArrayList<>();
    for (Segment named : named()) {
      if (found.isEmpty() || named.firstId() > found.getLast().lastId()) {
        Segment segment = scan(named);
        if (segment.length() > 0) {
          found.add(segment);
        }
      }
    }
    boolean ended = false;
    if (!found.isEmpty()) {
      RawIndex.Entry last = index.read(found.getLast().lastId());
      ended = last != null && last.end();
    }
    return new Recovered(found, ended, Checkpoint.read(directory));
  }

  private List<Segment> named() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .flatMap(file -> Segment.named(file).stream())
          .sorted(Comparator.comparingLong(Segment::firstId))
          .toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
  }

  private Segment scan(Segment named) throws IOException {
    byte[] data;
    try {
      data = Files.readAllBytes(named.file());
    } catch (NoSuchFileException e) {
      return named; // dropped by its owner in this very moment
    }
    int length = 0;
    long next = named.firstId();
    while (Records.idAt(data, length, data.length) == next) {
      int end = Records.firstEnd(data, length, data.length);
      if (end < 0) {
        break;
      }
      length = end;
      next++;
    }
    if (length == 0) {
      return named;
    }
    RawIndex.Entry last = index.read(next - 1);
    long raw = last == null ? named.rawBefore() : Math.max(last.raw(), named.rawBefore());
    return named.grown(next - 1, raw, length);
  }

  void delete(List<Segment> segments) throws IOException {
    for (Segment segment : segments) {
      Files.deleteIfExists(segment.file());
    }
  }

  void deleteAll() throws IOException {
    if (Files.isDirectory(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.deleteIfExists(file);
        }
      }
      Files.delete(directory);
    }
  }

  /** A file does not hold what was written to it. */
  static final class DamagedException extends IOException {
    DamagedException(String message) {
      super(message);
    }
  }

  /**
   * @param segments new or grown ones, in order
   * @param failure null when everything was written
   */
  record Written(List<Segment> segments, IOException failure) {}

  /** Whole records in {@code data[0, length)}, and where the one after {@code lastId} begins. */
  record Slice(byte[] data, int length, long lastId, long nextOffset) {}

  /**
   * @param checkpoint null when there is none
   */
  record Recovered(List<Segment> segments, boolean ended, Checkpoint checkpoint) {}
}
