package ai.bharatbuild.accounts;

import ai.bharatbuild.files.Background;
import ai.bharatbuild.problem.ApiException;
import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategy;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * bcrypt of cost 12, which takes some 300 ms of a processor on purpose. It runs on a few threads
 * that stand back behind those that serve other calls, and a bounded number may wait, so that a
 * flood of sign-ins slows little but sign-ins. Thread-safe.
 */
public final class Passwords implements AutoCloseable {
  private static final int COST = 12;
  private static final BCrypt.Version VERSION = BCrypt.Version.VERSION_2A;
  private static final int WAITING_PER_THREAD = 16;
  private static final int RETRY_SECONDS = 3;

  private final Vertx vertx;
  private final int cost;
  private final LongPasswordStrategy preparing;
  private final ThreadPoolExecutor workers;

  /** A hash of nothing that anybody knows, for users who do not exist. */
  private final String decoy;

  public Passwords(Vertx vertx) {
    this(
        vertx,
        COST,
        Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
        LongPasswordStrategies.hashSha512(VERSION));
  }

  /**
   * @param preparing what makes of a password what bcrypt takes
   */
  Passwords(Vertx vertx, int cost, int threads, LongPasswordStrategy preparing) {
    this.vertx = vertx;
    this.preparing = preparing;
    this.cost = cost;
    AtomicInteger number = new AtomicInteger();
    this.workers =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(threads * WAITING_PER_THREAD),
            work -> {
              Thread thread =
                  new Thread(Background.task(work), "passwords-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    // Salt and digest of the right form that no password leads to.
    this.decoy =
        "$2a$%02d$".formatted(cost) + "DecoyDecoyDecoyDecoyDe" + "CoyDecoyDecoyDecoyDecoyDecoyDec";
  }

  /** Fails with 503 {@code busy} when too many wait already, so that no other work is begun. */
  Future<Void> room() {
    return workers.getQueue().remainingCapacity() == 0
        ? Future.failedFuture(busy())
        : Future.succeededFuture();
  }

  /** Fails with 503 {@code busy} when too many wait. */
  public Future<String> hash(String password) {
    return run(() -> BCrypt.with(VERSION, preparing).hashToString(cost, password.toCharArray()));
  }

  /**
   * Whether the password belongs to the hash; takes as long for no hash at all, and says no.
   *
   * @param hash what {@link #hash} gave, or null
   */
  public Future<Boolean> matches(String password, String hash) {
    return run(
        () ->
            BCrypt.verifyer(VERSION, preparing)
                    .verify(password.toCharArray(), hash == null ? decoy : hash)
                    .verified
                && hash != null);
  }

  String decoy() {
    return decoy;
  }

  /** How many wait; for metrics. */
  public int waiting() {
    return workers.getQueue().size();
  }

  private <T> Future<T> run(Callable<T> work) {
    Context context = vertx.getOrCreateContext();
    Promise<T> done = Promise.promise();
    try {
      workers.execute(
          () -> {
            try {
              T result = work.call();
              context.runOnContext(v -> done.complete(result));
            } catch (Exception e) {
              context.runOnContext(v -> done.fail(e));
            }
          });
    } catch (RejectedExecutionException e) {
      return Future.failedFuture(busy());
    }
    return done.future();
  }

  private static ApiException busy() {
    return ApiException.busy("Too many people are signing in; try again.", RETRY_SECONDS);
  }

  /** Drops what waits; its callers get no answer, so close the HTTP server first. */
  @Override
  public void close() {
    workers.shutdownNow();
  }
}
