package ai.bharatbuild.agents.documents;

import ai.bharatbuild.agents.documents.Journal.Event;
import ai.bharatbuild.agents.documents.Journal.Past;
import ai.bharatbuild.agents.work.Await;
import ai.bharatbuild.agents.work.RunScope;
import ai.bharatbuild.agents.work.RunStoppedException;
import ai.bharatbuild.agents.work.StopSignal;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.projects.Project;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Timer;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The documents that are being made on this server: one generation for a project at a time, which
 * goes on when whoever asked for it leaves, and after a restart of the server. Usable from any
 * context.
 */
public final class Generations {
  private static final Logger LOG = LoggerFactory.getLogger(Generations.class);
  private static final int MOST = 32;
  private static final int THREADS = 2;
  private static final int MINUTES = 10;
  private static final int SERVER = 500;
  private static final long DATABASE_SECONDS = 2;
  private static final long LET_GO_SECONDS = 10;

  /** How long the events of documents can be read after the last of them. */
  private static final Duration KEPT = Duration.ofDays(1);

  private final Vertx vertx;
  private final DocumentParts parts;
  private final Journals journals;
  private final Map<UUID, Live> running = new ConcurrentHashMap<>();
  private volatile DocumentModel model;
  private WorkerExecutor workers;

  /**
   * @param root directory of all generations; only the server may get at it
   */
  public Generations(Vertx vertx, DocumentParts parts, Path root) {
    this.vertx = vertx;
    this.parts = parts;
    this.journals = new Journals(root);
  }

  /** A generation that can be followed. */
  record Followed(String id, ProgressLog log) {}

  /** One that is at work. */
  private record Live(
      GenerationRequest request, ProgressLog log, StopSignal stop, Promise<Void> done) {
    static Live of(Past past) {
      return new Live(
          past.request(), new ProgressLog(past.events()), new StopSignal(), Promise.promise());
    }
  }

  /** Has a model write prose from now on; null for templates alone. */
  public void use(DocumentModel chosen) {
    model = chosen;
  }

  /** Goes on with what an earlier server left; not those of runs, which go on themselves. */
  public Future<Void> start() {
    return vertx
        .executeBlocking(
            () -> journals.all(past -> !past.ended() && !past.request().byRun()), false)
        .map(
            found -> {
              found.forEach(this::goOn);
              return null;
            });
  }

  private void goOn(Past past) {
    GenerationRequest request = past.request();
    LOG.info("documents {} of project {} go on", request.id(), request.project());
    try {
      Live live = enter(past);
      work(live, past, () -> found(request, live.stop()));
    } catch (ApiException e) {
      Thread.ofVirtual().start(() -> end(past, e));
    }
  }

  /** Others of the project came first, such as a run's; so these end. */
  private void end(Past past, ApiException why) {
    try (Journal journal = journals.open(past.request().id())) {
      GenerationLog log = new GenerationLog(journal, past, event -> {});
      Supplier<Project> none =
          () -> {
            throw why;
          };
      make(past.request(), log, null, () -> {}, none);
    }
  }

  /** The database may still be starting; then there is nothing to do but to wait. */
  private Project found(GenerationRequest request, StopSignal stop) {
    while (true) {
      try {
        return Await.of(parts.projects().get(request.project(), request.account()));
      } catch (RuntimeException e) {
        stop.check();
        if (e instanceof ApiException known && known.problem().status() < SERVER) {
          throw e;
        }
        LOG.debug("documents {} wait for the database", request.id(), e);
      }
      Timer timer = vertx.timer(DATABASE_SECONDS, TimeUnit.SECONDS);
      stop.during(timer::cancel, () -> Await.of(timer));
    }
  }

  /**
   * Begins; the log tells how it goes. Throws 409 {@code documents_busy} while documents of the
   * project are being made, 503 while there are too many others.
   */
  Followed begin(Project project, GenerationRequest request) {
    Past past = Past.none(request);
    Live live = enter(past);
    work(live, past, () -> project);
    return new Followed(request.id(), live.log());
  }

  private Live enter(Past past) {
    if (running.size() >= MOST) {
      throw ApiException.busy("Too many documents are being made; try again.", 10);
    }
    Live live = Live.of(past);
    Live other = running.putIfAbsent(past.request().project(), live);
    if (other != null) {
      String where =
          other.request().byRun()
              ? "a run makes them"
              : "follow GET /documents/generations/" + other.request().id() + "/events";
      throw ApiException.conflict(
          "documents_busy",
          "Documents of this project are being made; wait until they are (%s).".formatted(where));
    }
    return live;
  }

  private void leave(Live live) {
    running.remove(live.request().project(), live);
  }

  private void work(Live live, Past past, Supplier<Project> project) {
    GenerationRequest request = past.request();
    Thread.ofVirtual()
        .name("documents-" + request.id())
        .start(
            () -> {
              try (Journal journal = journals.open(request.id())) {
                GenerationLog log = log(live, past, journal, live.log()::add);
                Prose prose = PaidProse.of(vertx, model, request, log, live.stop());
                make(request, log, prose, live.stop()::check, project);
              } catch (RunStoppedException e) {
                LOG.info("documents {} go on when the server starts again", request.id());
              } finally {
                leave(live);
                live.done().complete();
              }
            });
  }

  private GenerationLog log(Live live, Past past, Journal journal, Consumer<Event> told) {
    if (past.events().isEmpty()) {
      journal.begin(past.request());
    }
    return new GenerationLog(
        journal,
        past,
        event -> {
          // Whoever hears of the end may begin again at once.
          if (event.type().equals(GenerationLog.END)) {
            leave(live);
          }
          told.accept(event);
        });
  }

  private void make(
      GenerationRequest request,
      GenerationLog log,
      Prose prose,
      Runnable check,
      Supplier<Project> project) {
    new Generation(parts, workers(), request, log, prose, check).run(project);
  }

  /**
   * Makes each kind of document in its first format, on the thread of a run that verified the
   * project, with its model, and tells of them by the run's events. A run that goes on after a
   * restart tells all of them again, and goes on. Throws as {@link #begin} does.
   *
   * @param verified names the run and what it verified, in letters that a file's name may have
   */
  public void makeAll(
      RunScope scope, String verified, Project project, UUID account, String owner) {
    GenerationRequest request =
        new GenerationRequest(
            GenerationRequest.ofRun(verified),
            project.id(),
            account,
            null,
            owner,
            Wanted.all(),
            Instant.now(),
            0,
            0);
    Past past = journals.readOrNone(request);
    Live live = enter(past);
    Consumer<Event> told = event -> scope.tell(event.type(), event.data());
    try (Journal journal = journals.open(request.id())) {
      past.events().forEach(told);
      if (!past.ended()) {
        GenerationLog log = log(live, past, journal, told);
        make(past.request(), log, proseOf(scope), scope::check, () -> project);
      }
    } finally {
      leave(live);
    }
  }

  private Prose proseOf(RunScope scope) {
    DocumentModel chosen = model;
    return chosen == null ? null : chosen.prose().apply(asked -> scope.ask(PaidProse.STAGE, asked));
  }

  /** The events of one that somebody asked for, also of one that is over; else 404. */
  Future<ProgressLog> follow(UUID id, UUID account) {
    for (Live live : running.values()) {
      if (live.request().id().equals(id.toString()) && live.request().account().equals(account)) {
        return Future.succeededFuture(live.log());
      }
    }
    return vertx
        .executeBlocking(() -> journals.read(id.toString()), false)
        .map(
            past -> {
              if (past == null || !past.ended() || !past.request().account().equals(account)) {
                throw ApiException.notFound("generation");
              }
              return new ProgressLog(past.events());
            });
  }

  /** Removes the events of documents that were made long ago. */
  public Future<Void> sweep(Instant now) {
    return vertx.executeBlocking(
        () -> {
          journals.sweep(now.minus(KEPT));
          return null;
        },
        false);
  }

  /** Stops what is made for an account, which is about to go, and removes what tells of it. */
  public Future<Void> forget(UUID account) {
    List<Live> mine =
        running.values().stream()
            .filter(it -> it.request().account().equals(account) && !it.request().byRun())
            .toList();
    mine.forEach(live -> live.stop().stop(StopSignal.Why.CANCELLED));
    return Future.join(mine.stream().map(live -> live.done().future()).toList())
        .transform(
            v ->
                vertx.executeBlocking(
                    () -> {
                      for (Past past : journals.all(it -> it.request().account().equals(account))) {
                        journals.delete(past.request().id());
                      }
                      return null;
                    },
                    false));
  }

  /** The server stops; what is at work goes on when it starts again. */
  public Future<Void> close() {
    List<Live> live = running.values().stream().filter(it -> !it.request().byRun()).toList();
    live.forEach(it -> it.stop().stop(StopSignal.Why.CLOSING));
    return Future.join(live.stream().map(it -> it.done().future()).toList())
        .timeout(LET_GO_SECONDS, TimeUnit.SECONDS)
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  /** Threads of their own, made when they are first needed. */
  private synchronized WorkerExecutor workers() {
    if (workers == null) {
      workers = vertx.createSharedWorkerExecutor("documents", THREADS, MINUTES, TimeUnit.MINUTES);
    }
    return workers;
  }
}
