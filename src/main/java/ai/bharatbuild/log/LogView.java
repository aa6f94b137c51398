package ai.bharatbuild.log;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a log holds and where: the newest records in chunks of memory, all that are kept in
 * segments. The writer and the readers meet here; each method is a short critical section without
 * I/O.
 */
final class LogView {
  private final LogLimits limits;
  private final TreeMap<Long, Chunk> heap = new TreeMap<>();
  private final TreeMap<Long, Segment> disk = new TreeMap<>();
  private final Waiting waiting = new Waiting(this);

  private long lastId;
  private long raw;
  private long persistedId;
  private long heapBytes;
  private long diskBytes;
  private long pending;
  private boolean ended;
  private boolean failing;

  LogView(LogLimits limits) {
    this.limits = limits;
  }

  LogView(LogLimits limits, LogFiles.Recovered recovered) {
    this(limits);
    for (Segment segment : recovered.segments()) {
      put(segment);
      lastId = segment.lastId();
      raw = segment.rawThrough();
    }
    persistedId = lastId;
    ended = recovered.ended();
  }

  /**
   * Adds an event, wakes those who wait for it, and gives its id. By the writer only, so the last
   * id and the raw bytes before it can be looked at without the guard.
   */
  long append(byte[] json, int offset, int length, long rawBytes, boolean end) {
    // Readers are not to wait until much has been copied.
    Chunk own = null;
    int needed = Records.length(lastId + 1, length);
    if (needed > limits.chunk() / 4) {
      own = new Chunk(needed, lastId + 1, raw);
      own.append(json, offset, length, rawBytes);
    }
    return append(own, json, offset, length, rawBytes, end);
  }

  /**
   * @param own holds the event already; a large one has a chunk of its own, because in a common one
   *     it would leave most of the room unused. Else null
   */
  private synchronized long append(
      Chunk own, byte[] json, int offset, int length, long rawBytes, boolean end) {
    if (ended) {
      throw new IllegalStateException("the log has ended");
    }
    long id = lastId + 1;
    int needed = Records.length(id, length);
    if (own != null) {
      put(own);
    } else {
      Chunk chunk = heap.isEmpty() ? null : heap.lastEntry().getValue();
      if (chunk == null || !chunk.append(json, offset, length, rawBytes)) {
        chunk = grow(chunk, id, needed);
        chunk.append(json, offset, length, rawBytes);
      }
    }
    lastId = id;
    raw += rawBytes;
    pending += needed;
    ended = end;
    evict();
    waiting.wake();
    return id;
  }

  /** Chunks begin small, because most logs are. */
  private Chunk grow(Chunk previous, long id, int needed) {
    int doubled = previous == null ? 1024 : previous.capacity() * 2;
    Chunk chunk = new Chunk(Math.max(needed, Math.min(doubled, limits.chunk())), id, raw);
    put(chunk);
    return chunk;
  }

  private void put(Chunk chunk) {
    heap.put(chunk.firstId(), chunk);
    heapBytes += chunk.capacity();
  }

  /** All that is not on disk yet. */
  synchronized Batch pending() {
    List<Chunk.Piece> pieces = new ArrayList<>();
    Map.Entry<Long, Chunk> first = heap.floorEntry(persistedId + 1);
    long from = first == null ? persistedId + 1 : first.getKey();
    for (Chunk chunk : heap.tailMap(from, true).values()) {
      if (chunk.lastId() > persistedId) {
        pieces.add(chunk.piece(Math.max(chunk.firstId(), persistedId + 1)));
      }
    }
    return new Batch(pieces, ended ? lastId : 0);
  }

  /** Takes note of what was written, and gives the segments that are to be deleted now. */
  synchronized List<Segment> persisted(LogFiles.Written written) {
    for (Segment segment : written.segments()) {
      put(segment);
      persistedId = Math.max(persistedId, segment.lastId());
    }
    failing = written.failure() != null;
    countPending();
    evict();
    return dropOldest();
  }

  private void put(Segment segment) {
    Segment before = disk.put(segment.firstId(), segment);
    diskBytes += segment.length() - (before == null ? 0 : before.length());
  }

  private void countPending() {
    pending = 0;
    for (Chunk chunk : heap.values()) {
      if (chunk.lastId() > persistedId) {
        pending += chunk.size() - chunk.start(Math.max(chunk.firstId(), persistedId + 1));
      }
    }
  }

  /**
   * Frees memory: what is on disk goes beyond the heap's bound, and all of it once the log has
   * ended; while the disk fails, the oldest goes, on disk or not.
   */
  private void evict() {
    long keep = ended && persistedId == lastId ? 0 : failing ? limits.queue() : limits.heap();
    while (!heap.isEmpty()) {
      Chunk oldest = heap.firstEntry().getValue();
      boolean onDisk = oldest.lastId() <= persistedId;
      boolean only = heap.size() == 1 && !onDisk;
      if (heapBytes - oldest.capacity() < keep || only || !(onDisk || failing)) {
        return;
      }
      heap.pollFirstEntry();
      heapBytes -= oldest.capacity();
      if (!onDisk) {
        countPending();
      }
    }
  }

  private List<Segment> dropOldest() {
    List<Segment> dropped = new ArrayList<>();
    while (disk.size() > 1) {
      Segment oldest = disk.firstEntry().getValue();
      boolean enoughRaw = raw - oldest.rawThrough() >= limits.retain();
      boolean enoughEncoded = diskBytes - oldest.length() + pending >= limits.retainEncoded();
      if (!enoughRaw && !enoughEncoded) {
        break;
      }
      forget(oldest);
      dropped.add(oldest);
    }
    return dropped;
  }

  /** Gives up a segment that was dropped or cannot be read. */
  synchronized void forget(Segment segment) {
    Segment removed = disk.remove(segment.firstId());
    if (removed != null) {
      diskBytes -= removed.length();
    }
  }

  /** Gives up everything; readers are told of one last gap and of the end. */
  synchronized void clear() {
    heap.clear();
    disk.clear();
    heapBytes = 0;
    diskBytes = 0;
    pending = 0;
    persistedId = lastId;
    ended = true;
    waiting.wake();
  }

  /** What a reader does next. A reader that has everything is armed to be woken. */
  synchronized Step step(LogReader reader, int max) {
    long id = reader.nextId;
    if (id > lastId) {
      if (!ended) {
        waiting.arm(reader);
      }
      return ended ? Step.End.INSTANCE : Step.CaughtUp.INSTANCE;
    }
    Map.Entry<Long, Chunk> chunk = heap.floorEntry(id);
    if (chunk != null && id <= chunk.getValue().lastId()) {
      return inMemory(chunk.getValue(), id, max);
    }
    Map.Entry<Long, Segment> segment = disk.floorEntry(id);
    if (segment != null && id <= segment.getValue().lastId()) {
      return new Step.OnDisk(segment.getValue());
    }
    return missing(id);
  }

  private Step inMemory(Chunk first, long id, int max) {
    List<Step.Slice> slices = new ArrayList<>(1);
    Chunk chunk = first;
    long from = id;
    long last = id;
    int left = max;
    while (chunk != null && (slices.isEmpty() || chunk.end(from) - chunk.start(from) <= left)) {
      last = chunk.lastWithin(from, left);
      int start = chunk.start(from);
      slices.add(new Step.Slice(chunk.data(), start, chunk.end(last) - start));
      left -= chunk.end(last) - start;
      first = chunk;
      from = last + 1;
      chunk = last == chunk.lastId() ? heap.get(from) : null;
    }
    return new Step.InMemory(slices, last, first.rawThrough(last));
  }

  private Step missing(long id) {
    long next = lastId + 1;
    long rawBefore = raw;
    Map.Entry<Long, Chunk> chunk = heap.ceilingEntry(id);
    if (chunk != null) {
      next = chunk.getKey();
      rawBefore = chunk.getValue().rawBefore(next);
    }
    Map.Entry<Long, Segment> segment = disk.ceilingEntry(id);
    if (segment != null && segment.getKey() < next) {
      next = segment.getKey();
      rawBefore = segment.getValue().rawBefore();
    }
    return new Step.Missing(next - 1, rawBefore);
  }

  synchronized Waiting.Group group(EventLoop loop) {
    return waiting.group(loop);
  }

  synchronized void disarm(LogReader reader) {
    waiting.disarm(reader);
  }

  /** Puts a new reader after the event, and no further than the end. */
  synchronized void place(LogReader reader, long lastEventId) {
    long id = Math.clamp(lastEventId, 0, lastId);
    reader.nextId = id + 1;
    reader.rawBefore = id == 0 ? 0 : id == lastId ? raw : -1;
  }

  synchronized long lastId() {
    return lastId;
  }

  synchronized boolean ended() {
    return ended;
  }

  synchronized boolean failing() {
    return failing;
  }

  synchronized long persistedId() {
    return persistedId;
  }

  synchronized long pendingBytes() {
    return pending;
  }

  synchronized long heapBytes() {
    return heapBytes;
  }

  synchronized long diskBytes() {
    return diskBytes;
  }

  /**
   * @param endId id of the event that ends the log when it is among the pieces, or 0
   */
  record Batch(List<Chunk.Piece> pieces, long endId) {}
}
