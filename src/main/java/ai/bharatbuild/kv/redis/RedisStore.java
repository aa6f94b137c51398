package ai.bharatbuild.kv.redis;

import ai.bharatbuild.kv.Bucket;
import ai.bharatbuild.kv.Decision;
import ai.bharatbuild.kv.KeyValueStore;
import ai.bharatbuild.kv.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The store that servers share: Redis 6 or newer. Its keys begin with {@code bb:}. Time is that of
 * Redis, so that servers whose clocks differ agree on limits.
 */
public final class RedisStore implements KeyValueStore {
  private static final String PREFIX = "bb:";
  private static final long PATIENCE_MS = 500;

  private final RedisLink link;

  private RedisStore(RedisLink link) {
    this.link = link;
  }

  /**
   * Makes the store without connecting yet.
   *
   * @param url such as {@code redis://:password@host:6379/0}; {@code rediss} for TLS
   */
  public static RedisStore of(Vertx vertx, String url) {
    return of(vertx, url, PATIENCE_MS);
  }

  /**
   * @param patienceMs how long an answer may take
   */
  static RedisStore of(Vertx vertx, String url, long patienceMs) {
    return new RedisStore(new RedisLink(vertx, url, patienceMs));
  }

  @Override
  public Future<String> get(String key) {
    KeyValueStore.check(key);
    return send(Request.cmd(Command.GET).arg(PREFIX + key), it -> it == null ? null : text(it));
  }

  @Override
  public Future<Void> put(String key, String value, Duration ttl) {
    KeyValueStore.check(key, ttl);
    Request set = Request.cmd(Command.SET).arg(PREFIX + key).arg(value);
    return send(set.arg("PX").arg(ttl.toMillis()), it -> null);
  }

  @Override
  public Future<Boolean> putIfAbsent(String key, String value, Duration ttl) {
    KeyValueStore.check(key, ttl);
    Request set = Request.cmd(Command.SET).arg(PREFIX + key).arg(value);
    return send(set.arg("PX").arg(ttl.toMillis()).arg("NX"), it -> it != null);
  }

  @Override
  public Future<Boolean> replace(String key, String expected, String value, Duration ttl) {
    KeyValueStore.check(key, ttl);
    List<String> keys = List.of(key);
    List<String> arguments = List.of(expected, value, Long.toString(ttl.toMillis()));
    return run(Script.REPLACE, keys, arguments, it -> it.toInteger() == 1);
  }

  @Override
  public Future<Boolean> delete(String key) {
    KeyValueStore.check(key);
    return send(Request.cmd(Command.DEL).arg(PREFIX + key), it -> it.toInteger() == 1);
  }

  @Override
  public Future<Long> increment(String key, long by, Duration ttl) {
    KeyValueStore.check(key, ttl);
    List<String> arguments = List.of(Long.toString(by), Long.toString(ttl.toMillis()));
    return run(Script.INCREMENT, List.of(key), arguments, Response::toLong);
  }

  @Override
  public Future<Decision> admit(List<Bucket> buckets) {
    KeyValueStore.check(buckets);
    List<String> arguments = new ArrayList<>();
    for (Bucket bucket : buckets) {
      arguments.add(Long.toString(bucket.rate().intervalMicros()));
      arguments.add(Long.toString(bucket.rate().limit()));
      arguments.add(Integer.toString(bucket.cost()));
    }
    return run(
        Script.ADMIT,
        buckets.stream().map(Bucket::key).toList(),
        arguments,
        it ->
            new Decision(
                it.get(0).toInteger() == 1,
                it.get(1).toInteger(),
                it.get(2).toLong(),
                it.get(3).toLong(),
                it.get(4).toLong()));
  }

  @Override
  public Future<Void> close() {
    return link.close();
  }

  private <T> Future<T> run(
      Script script, List<String> keys, List<String> arguments, Function<Response, T> read) {
    Future<Response> known = link.send(call(Command.EVALSHA, script.sha1(), keys, arguments));
    return translated(
        known.recover(
            e ->
                message(e).startsWith("NOSCRIPT")
                    ? link.send(call(Command.EVAL, script.text(), keys, arguments))
                    : Future.failedFuture(e)),
        read);
  }

  private static Request call(
      Command command, String script, List<String> keys, List<String> arguments) {
    Request request = Request.cmd(command).arg(script).arg(keys.size());
    keys.forEach(key -> request.arg(PREFIX + key));
    arguments.forEach(request::arg);
    return request;
  }

  private <T> Future<T> send(Request command, Function<Response, T> read) {
    return translated(link.send(command), read);
  }

  private static <T> Future<T> translated(Future<Response> answer, Function<Response, T> read) {
    return answer.map(read).recover(e -> Future.failedFuture(failure(e)));
  }

  /** What a caller did wrong stays with the caller; all else means that Redis cannot serve. */
  private static Throwable failure(Throwable e) {
    String message = message(e);
    boolean callers =
        message.contains("not an integer")
            || message.contains("overflow")
            || message.startsWith("WRONGTYPE");
    return callers
        ? new IllegalStateException(message, e)
        : e instanceof StoreUnavailableException
            ? e
            : new StoreUnavailableException("Redis: " + message, e);
  }

  private static String message(Throwable e) {
    return String.valueOf(e.getMessage());
  }

  private static String text(Response response) {
    return response.toString(java.nio.charset.StandardCharsets.UTF_8);
  }
}
