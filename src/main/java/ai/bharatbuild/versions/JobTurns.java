package ai.bharatbuild.versions;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** What is done for a job is done one after another. Usable from any context. */
final class JobTurns {
  private final Map<String, Future<?>> turns = new ConcurrentHashMap<>();

  /** Does it when all is done that was begun for the job before, however that went. */
  <T> Future<T> run(String job, Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    Future<?> mine = done.future();
    Future<?> before = turns.put(job, mine);
    Future<?> ready = before == null ? Future.succeededFuture() : before;
    ready.transform(v -> work.get()).onComplete(v -> turns.remove(job, mine)).onComplete(done);
    return done.future();
  }

  /** Whether something is being done for the job. */
  boolean busy(String job) {
    return turns.containsKey(job);
  }
}
