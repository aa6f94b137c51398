package ai.bharatbuild.jobs;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.limits.OwnerLimits;
import ai.bharatbuild.limits.Quota;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Lets owners have as many jobs that are being generated as their plans allow, over all shards,
 * whoever makes or reopens them. What an owner begins is admitted one after another, so that many
 * at once do not get past together. One for a server; usable on any context.
 */
public final class JobAdmission {
  private final Bus bus;
  private final int shards;
  private final OwnerLimits limits;
  private final ConcurrentHashMap<String, Future<?>> lines = new ConcurrentHashMap<>();

  public JobAdmission(Bus bus, int shards, OwnerLimits limits) {
    this.bus = bus;
    this.shards = shards;
    this.limits = limits;
  }

  /**
   * Does it where the owner may have one more job that is being generated. Fails with 402 {@code
   * quota_exceeded}, and then nothing was done.
   *
   * @param id of the job that begins, which is not counted
   * @param work may be called on any context; the next of the owner waits for its end
   */
  <T> Future<T> admit(String owner, String id, Supplier<Future<T>> work) {
    return limits
        .most(owner, Quota.JOBS)
        .compose(
            most ->
                most == OwnerLimits.UNLIMITED
                    ? work.get()
                    : inLine(owner, () -> admitted(owner, id, most, work)));
  }

  private <T> Future<T> admitted(String owner, String id, long most, Supplier<Future<T>> work) {
    return generating(owner, id)
        .compose(
            now -> now < most ? work.get() : Future.failedFuture(Quota.JOBS.exceeded(most, now)));
  }

  private Future<Long> generating(String owner, String except) {
    List<Future<JobMessages.Count>> asked = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      asked.add(
          bus.ask(
              JobMessages.GENERATING,
              Integer.toString(shard),
              new JobMessages.Generating(owner, except)));
    }
    return Future.all(asked)
        .map(v -> asked.stream().mapToLong(count -> count.result().jobs()).sum());
  }

  private <T> Future<T> inLine(String owner, Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    Future<?> before = lines.put(owner, done.future());
    Future<?> turn = before == null ? Future.succeededFuture() : before;
    turn.onComplete(v -> Future.succeededFuture().compose(w -> work.get()).onComplete(done));
    return done.future().onComplete(v -> lines.remove(owner, done.future()));
  }
}
