package ai.bharatbuild.sandbox.log;

/** What a reader finds at its place in the log. */
sealed interface Step {

  /** Records in {@code data[start, start + length)}, the last of them {@code lastId}. */
  record InMemory(byte[] data, int start, int length, long lastId, long rawThrough)
      implements Step {}

  record OnDisk(Segment segment) implements Step {}

  /**
   * The reader's next event is no longer kept, nor are those up to {@code lastId}.
   *
   * @param rawThrough raw bytes of the log up to and including that event
   */
  record Missing(long lastId, long rawThrough) implements Step {}

  /** Nothing yet; the reader will be woken. */
  enum CaughtUp implements Step {
    INSTANCE
  }

  /** The last event was given. */
  enum End implements Step {
    INSTANCE
  }
}
