package ai.bharatbuild;

import ai.bharatbuild.jobs.JobHistory;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.versions.VersionEnds;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What is kept of jobs and owners beside them, and goes with them; a part of {@link Server}. Known
 * when the object store is open, which is after jobs are there and before anybody can call.
 */
final class Remains implements JobHistory {
  private final List<Function<String, Future<Void>>> ofOwners = new CopyOnWriteArrayList<>();
  private final List<Function<String, Future<Long>>> weights = new CopyOnWriteArrayList<>();
  private final List<Consumer<String>> ofJobs = new CopyOnWriteArrayList<>();
  private volatile VersionEnds versions;

  void use(VersionEnds ends) {
    versions = ends;
    ofOwner(ends::forget);
    weigh(ends::bytes);
  }

  /** Adds how many bytes are kept for an owner of something. */
  void weigh(Function<String, Future<Long>> bytes) {
    weights.add(bytes);
  }

  /** Bytes that are kept for an owner beside the jobs. */
  Future<Long> bytes(String owner) {
    Future<Long> sum = Future.succeededFuture(0L);
    for (Function<String, Future<Long>> weight : weights) {
      sum = sum.compose(before -> weight.apply(owner).map(more -> before + more));
    }
    return sum;
  }

  /** Adds who is told of jobs that were deleted. */
  void ofJob(Consumer<String> forget) {
    ofJobs.add(forget);
  }

  /** Adds how something goes that an owner has. */
  void ofOwner(Function<String, Future<Void>> forget) {
    ofOwners.add(forget);
  }

  /** Removes what is left of an owner whose jobs are gone. May be repeated. */
  Future<Void> forget(String owner) {
    Future<Void> done = Future.succeededFuture();
    for (Function<String, Future<Void>> forget : ofOwners) {
      done = done.compose(v -> forget.apply(owner));
    }
    return done;
  }

  @Override
  public Future<Void> doom(String id, String owner, String incarnation) {
    return versions == null
        ? Future.failedFuture(ApiException.unavailable("The server is starting; try again."))
        : versions.doom(id, owner, incarnation);
  }

  @Override
  public void gone(String id, String owner, String incarnation) {
    versions.gone(id, owner, incarnation);
    ofJobs.forEach(forget -> forget.accept(id));
  }

  @Override
  public void spared(String id, String owner, String incarnation) {
    if (versions != null) {
      versions.spared(id, owner, incarnation);
    }
  }

  @Override
  public Future<Void> over(String id) {
    return versions == null
        ? Future.failedFuture(ApiException.unavailable("The server is starting; try again."))
        : versions.over(id);
  }

  @Override
  public Future<Boolean> removeLeft(String id, String owner) {
    return versions.removeLeft(id, owner);
  }
}
