package ai.bharatbuild.storage;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.nio.file.Path;

/**
 * A place for bytes that are kept: whole objects under keys, written once and read whole or in
 * part. An object is there with all its bytes or not at all, also after a crash, and replacing one
 * never shows a mixture. Keys have the form of {@link ObjectKey}; a bad one is an {@link
 * IllegalArgumentException} at once.
 *
 * <p>Usable from any context; nothing blocks, and no object is held in memory as a whole. Where the
 * store cannot be reached, futures fail with 503 {@code unavailable}.
 */
public interface ObjectStore {
  /**
   * Stores what a stream gives. The stream is resumed, read to its end and paused in between as the
   * store needs it.
   *
   * @param length bytes that the stream gives; one that gives another number is refused and leaves
   *     nothing behind
   */
  Future<Void> put(String key, ReadStream<Buffer> content, long length);

  /** Stores a copy of a file, which must not change meanwhile. */
  Future<Void> putFile(String key, Path file);

  /** Stores bytes that are in memory anyway. */
  Future<Void> putBytes(String key, Buffer bytes);

  /**
   * Opens an object, or a part of it. Fails with 404 {@code not_found} when there is none, with 416
   * {@code range_not_satisfiable} when it has no byte of that range.
   */
  Future<ObjectBody> get(String key, ByteRange range);

  /** What is known of an object, or null when there is none. */
  Future<ObjectStat> stat(String key);

  /** Removes an object; one that is not there is fine. */
  Future<Void> delete(String key);

  /**
   * Objects whose keys begin with a text, in the order of their keys.
   *
   * @param after the last key of the page before; empty for the first page
   * @param limit objects of a page, 1 to 1000
   */
  Future<ObjectPage> list(String prefix, String after, int limit);

  /** Succeeds with words for operators when the store works. */
  Future<String> ping();

  /** Ends what is under way and gives back connections and threads. */
  Future<Void> close();
}
