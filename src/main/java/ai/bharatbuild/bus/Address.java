package ai.bharatbuild.bus;

/**
 * The name and types of one kind of request on the event bus. Features keep theirs as constants.
 *
 * @param <Q> question, a record
 * @param <R> answer, a record or a Buffer
 */
public record Address<Q, R>(String name, Class<Q> question, Class<R> answer, long timeoutMs) {
  private static final long DEFAULT_TIMEOUT_MS = 30_000;

  public static <Q, R> Address<Q, R> of(String name, Class<Q> question, Class<R> answer) {
    return new Address<>(name, question, answer, DEFAULT_TIMEOUT_MS);
  }

  /** The same address, waiting that long for an answer. */
  public Address<Q, R> within(long timeoutMs) {
    return new Address<>(name, question, answer, timeoutMs);
  }

  /** The bus address of one of several verticles that share the work. */
  String at(String shard) {
    return name + '#' + shard;
  }
}
