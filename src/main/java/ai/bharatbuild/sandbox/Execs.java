package ai.bharatbuild.sandbox;

import ai.bharatbuild.json.Json;
import ai.bharatbuild.log.EventLog;
import ai.bharatbuild.log.LogLimits;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.sandbox.ContainerMessages.Input;
import ai.bharatbuild.sandbox.ContainerMessages.Start;
import ai.bharatbuild.sandbox.ContainerMessages.Stream;
import ai.bharatbuild.sandbox.advice.Advice;
import ai.bharatbuild.sandbox.advice.CommandAdvisor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts, finds and ends the execs of one shard's containers. Confined to its verticle's context.
 */
final class Execs {
  private static final Logger LOG = LoggerFactory.getLogger(Execs.class);
  private static final Logger AUDIT = LoggerFactory.getLogger("audit");
  private static final String ALPHABET = "0123456789abcdefghijkmnpqrstvwxyz";
  private static final int ID_LENGTH = 14;
  private static final int KEPT = 200;

  /** Removing files is cheaper by the dozen. */
  private static final int FORGOTTEN_AT_ONCE = 24;

  private static final int KEPT_LOG_FACTOR = 4;
  private static final int MAX_RUNNING = 100;
  private static final long CANCEL_PATIENCE_MS = 3_000;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Vertx vertx;
  private final SandboxRuntime runtime;
  private final SandboxStore store;
  private final CommandAdvisor advisor;
  private final boolean enforce;
  private final LogLimits limits;
  private final SandboxEvents events;

  Execs(
      Vertx vertx,
      SandboxRuntime runtime,
      SandboxStore store,
      CommandAdvisor advisor,
      boolean enforce,
      long logBytes,
      SandboxEvents events) {
    this.vertx = vertx;
    this.runtime = runtime;
    this.store = store;
    this.advisor = advisor;
    this.enforce = enforce;
    this.limits = LogLimits.DEFAULT.withRetain(logBytes);
    this.events = events;
  }

  Future<Stream> start(Container container, Start request) {
    container.running().touch();
    String command = request.request().command();
    List<Advice> advice = advise(command);
    boolean refused = enforce && advice.stream().anyMatch(a -> a.level().refused());
    String execId = randomId();
    audit(container, request, execId, advice, refused);
    if (refused) {
      return Future.failedFuture(
          new ApiException(403, "command_blocked", advice.getFirst().message()));
    }
    if (running(container) >= MAX_RUNNING) {
      return Future.failedFuture(
          ApiException.conflict(
              "too_many_execs", MAX_RUNNING + " execs are running in it; end some first."));
    }
    EventLog log =
        EventLog.create(vertx, store.worker(), store.logDirectory(container.id, execId), limits);
    Exec exec = new Exec(execId, request.request(), request.tagged(), log);
    exec.begin(advice, container::touch);
    container.execs.put(execId, exec);
    Future<ExecSession> begun =
        runtime
            .exec(container.handle(), spec(execId, request.request()), exec)
            .onSuccess(exec::attach);
    // The command starts beside the writing of its record. Nobody is told of it before that is
    // done: should the server be killed before, the next one ends what no record tells of.
    return begun
        .compose(v -> exec.keep(record -> store.create(container.id, record)))
        .recover(e -> abandon(container, exec, begun.succeeded()).transform(v -> failed(e)))
        .map(
            kept -> {
              follow(container, exec);
              return new Stream(exec.view(), log);
            });
  }

  private static <T> Future<T> failed(Throwable cause) {
    return Future.failedFuture(cause);
  }

  private static int running(Container container) {
    int running = 0;
    for (Exec exec : container.execs.values()) {
      running += exec.running() ? 1 : 0;
    }
    return running;
  }

  /** Leaves nothing of an exec that its caller is told has failed. */
  private Future<Void> abandon(Container container, Exec exec, boolean begun) {
    container.execs.remove(exec.execId);
    exec.cancel();
    return (begun ? exec.over() : Future.<Void>succeededFuture())
        .transform(v -> exec.log().delete())
        .transform(v -> store.forgetExecs(container.id, List.of(exec.execId)));
  }

  private static ExecSpec spec(String execId, ExecRequest request) {
    return new ExecSpec(
            execId,
            List.of("/bin/sh", "-c", request.command()),
            request.env(),
            request.workingDir(),
            Duration.ofSeconds(request.timeout()),
            request.maxOutput(),
            request.stdin(),
            request.killChildren())
        .asResumable();
  }

  /** Does what is to be done when the exec ends. */
  void follow(Container container, Exec exec) {
    exec.over().onComplete(v -> ended(container, exec));
  }

  private void ended(Container container, Exec exec) {
    container.touch();
    container.keptBytes += exec.countBytes();
    exec.keep(record -> store.save(container.id, record))
        .onFailure(e -> LOG.warn("cannot keep the end of exec {}", exec.execId, e));
    events.ended(container, exec);
    if (container.execs.size() >= KEPT + FORGOTTEN_AT_ONCE
        || container.keptBytes > KEPT_LOG_FACTOR * limits.retain()) {
      prune(container, exec);
    }
  }

  /**
   * Forgets the oldest ended execs beyond a number and an amount of kept output, but never the one
   * that ended just now: its readers are still there.
   */
  private void prune(Container container, Exec latest) {
    List<String> forgotten = new ArrayList<>();
    List<Future<?>> kept = new ArrayList<>();
    int count = container.execs.size();
    for (Exec exec : List.copyOf(container.execs.values())) {
      if (count <= KEPT && container.keptBytes <= KEPT_LOG_FACTOR * limits.retain()) {
        break;
      }
      if (!exec.running() && exec != latest) {
        count--;
        container.keptBytes -= exec.countedBytes();
        container.execs.remove(exec.execId);
        forgotten.add(exec.execId);
        kept.add(exec.kept());
      }
    }
    // Not beside a write to one of them: their files will be those of others.
    Future.join(kept)
        .transform(v -> store.forgetExecs(container.id, forgotten))
        .onFailure(e -> LOG.warn("cannot forget execs of {}", container.id, e));
  }

  /** Newest first. */
  List<ExecView> list(Container container) {
    List<Exec> all = new ArrayList<>(container.execs.values());
    return all.reversed().stream().map(Exec::view).toList();
  }

  Exec of(Container container, String execId) {
    Exec exec = container.execs.get(execId);
    if (exec == null) {
      throw ApiException.notFound("exec");
    }
    return exec;
  }

  /** The exec's log, opened again when it is of an earlier server. */
  Future<Stream> events(Container container, Exec exec) {
    container.touch();
    return exec.ready()
        .compose(v -> opened(container, exec))
        .map(log -> new Stream(exec.view(), log));
  }

  Future<Void> write(Container container, Input input) {
    Exec exec = of(container, input.execId());
    return exec.write(
        input.bytes(), input.eof(), () -> exec.keep(record -> store.save(container.id, record)));
  }

  Future<EventLog> opened(Container container, Exec exec) {
    if (exec.log() != null) {
      return Future.succeededFuture(exec.log());
    }
    return EventLog.open(
            vertx, store.worker(), store.logDirectory(container.id, exec.execId), limits)
        .map(
            log -> {
              if (exec.log() == null) {
                exec.log(log);
              }
              return exec.log();
            });
  }

  /** Cancels what runs and waits, not for ever, until it has ended. */
  Future<Void> cancelAll(Container container) {
    List<Future<Void>> ends = new ArrayList<>();
    for (Exec exec : container.execs.values()) {
      if (exec.running()) {
        exec.cancel();
        ends.add(exec.over());
      }
    }
    if (ends.isEmpty()) {
      return Future.succeededFuture();
    }
    Promise<Void> waited = Promise.promise();
    Future.join(ends).onComplete(v -> waited.tryComplete());
    vertx.setTimer(CANCEL_PATIENCE_MS, id -> waited.tryComplete());
    return waited.future();
  }

  /** Whether a command with a time limit is running; one without does not keep a sandbox alive. */
  boolean busy(Container container) {
    return container.execs.values().stream().anyMatch(exec -> exec.running() && exec.bounded());
  }

  List<Advice> advise(String command) {
    return advisor.advise(command);
  }

  private static void audit(
      Container container,
      Start request,
      String execId,
      Collection<Advice> advice,
      boolean refused) {
    AUDIT
        .atInfo()
        .addKeyValue("event", "exec")
        .addKeyValue("request_id", request.requestId())
        .addKeyValue("user_id", request.owner())
        .addKeyValue("workspace", container.id)
        .addKeyValue("exec_id", execId)
        .addKeyValue("command", Json.encode(request.request().command()))
        .addKeyValue("rules", advice.stream().map(Advice::rule).toList())
        .addKeyValue("refused", refused)
        .log("exec");
  }

  private static String randomId() {
    StringBuilder id = new StringBuilder("x");
    for (int i = 1; i < ID_LENGTH; i++) {
      id.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
    }
    return id.toString();
  }
}
