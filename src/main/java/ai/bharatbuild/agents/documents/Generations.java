package ai.bharatbuild.agents.documents;

import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.projects.Project;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * The documents that are being made on this server: one generation for a project at a time, which
 * goes on when whoever asked for it leaves. Usable from any context.
 */
public final class Generations {
  private static final int MOST = 32;
  private static final int THREADS = 2;
  private static final int MINUTES = 10;

  private final Vertx vertx;
  private final DocumentParts parts;
  private final Clock clock;
  private final Map<UUID, ProgressLog> running = new ConcurrentHashMap<>();
  private WorkerExecutor workers;

  public Generations(Vertx vertx, DocumentParts parts, Clock clock) {
    this.vertx = vertx;
    this.parts = parts;
    this.clock = clock;
  }

  /**
   * A kind of document with the formats that it is to be kept in.
   *
   * @param formats at least one, all of them the kind's
   */
  public record Wanted(DocumentKind kind, List<Format> formats) {
    public Wanted {
      formats = List.copyOf(formats);
    }
  }

  /**
   * Begins; the log tells how it goes. Throws 409 {@code documents_busy} while documents of the
   * project are being made, 503 while there are too many others.
   */
  ProgressLog begin(Project project, UUID account, String owner, List<Wanted> wanted) {
    ProgressLog log = new ProgressLog();
    make(project, account, owner, wanted, log);
    return log;
  }

  /**
   * Makes each kind of document in its first format, and tells of it by the same events. The future
   * fails only as {@link #begin} throws.
   */
  public Future<Void> makeAll(
      Project project, UUID account, String owner, BiConsumer<String, Map<String, Object>> told) {
    List<Wanted> all =
        Arrays.stream(DocumentKind.values())
            .map(kind -> new Wanted(kind, kind.formats().subList(0, 1)))
            .toList();
    try {
      return make(project, account, owner, all, new ProgressLog(told));
    } catch (ApiException e) {
      return Future.failedFuture(e);
    }
  }

  private Future<Void> make(
      Project project, UUID account, String owner, List<Wanted> wanted, ProgressLog log) {
    if (running.size() >= MOST) {
      throw ApiException.busy("Too many documents are being made; try again.", 10);
    }
    if (running.putIfAbsent(project.id(), log) != null) {
      throw ApiException.conflict(
          "documents_busy", "Documents of this project are being made; wait until they are.");
    }
    return new Generation(parts, workers(), project, account, owner, wanted, clock.instant(), log)
        .run()
        .onComplete(done -> running.remove(project.id(), log));
  }

  /** Threads of their own, made when they are first needed. */
  private synchronized WorkerExecutor workers() {
    if (workers == null) {
      workers = vertx.createSharedWorkerExecutor("documents", THREADS, MINUTES, TimeUnit.MINUTES);
    }
    return workers;
  }
}
