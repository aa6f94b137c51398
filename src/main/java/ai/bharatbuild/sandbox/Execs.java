package ai.bharatbuild.sandbox;

import ai.bharatbuild.json.Json;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.sandbox.ContainerMessages.Start;
import ai.bharatbuild.sandbox.ContainerMessages.Stream;
import ai.bharatbuild.sandbox.advice.Advice;
import ai.bharatbuild.sandbox.advice.CommandAdvisor;
import ai.bharatbuild.sandbox.log.EventLog;
import ai.bharatbuild.sandbox.log.LogLimits;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
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

  Execs(
      Vertx vertx,
      SandboxRuntime runtime,
      SandboxStore store,
      CommandAdvisor advisor,
      boolean enforce,
      long logBytes) {
    this.vertx = vertx;
    this.runtime = runtime;
    this.store = store;
    this.advisor = advisor;
    this.enforce = enforce;
    this.limits = LogLimits.DEFAULT.withRetain(logBytes);
  }

  Future<Stream> start(Container container, Start request) {
    container.running().touch();
    String command = request.request().command();
    List<Advice> advice = advisor.advise(command);
    boolean refused = enforce && advice.stream().anyMatch(a -> a.level().refused());
    String execId = randomId();
    audit(container, request, execId, advice, refused);
    if (refused) {
      return Future.failedFuture(
          new ApiException(403, "command_blocked", advice.getFirst().message()));
    }
    if (container.execs.values().stream().filter(Exec::running).count() >= MAX_RUNNING) {
      return Future.failedFuture(
          ApiException.conflict(
              "too_many_execs", MAX_RUNNING + " execs are running in it; end some first."));
    }
    EventLog log =
        EventLog.create(vertx, store.worker(), store.logDirectory(container.id, execId), limits);
    Exec exec = new Exec(execId, request.request(), request.tagged(), log);
    exec.begin(advice, container::touch);
    container.execs.put(execId, exec);
    return Future.join(
            store.save(container.id, exec.record()),
            runtime
                .exec(container.handle(), spec(execId, request.request()), exec)
                .onSuccess(exec::attach))
        .recover(
            e -> {
              container.execs.remove(execId);
              return log.delete()
                  .compose(v -> store.forgetExec(container.id, execId))
                  .transform(v -> Future.failedFuture(e));
            })
        .map(
            started -> {
              exec.over().onComplete(v -> ended(container, exec));
              return new Stream(exec.view(), log);
            });
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
        request.killChildren());
  }

  private void ended(Container container, Exec exec) {
    container.touch();
    store
        .save(container.id, exec.record())
        .onFailure(e -> LOG.warn("cannot keep the end of exec {}", exec.execId, e));
    prune(container, exec);
  }

  /**
   * Forgets the oldest ended execs beyond a number and an amount of kept output, but never the one
   * that ended just now: its readers are still there.
   */
  private void prune(Container container, Exec latest) {
    long bytes = container.execs.values().stream().mapToLong(Execs::logBytes).sum();
    int count = container.execs.size();
    for (Exec exec : List.copyOf(container.execs.values())) {
      if (count <= KEPT && bytes <= KEPT_LOG_FACTOR * limits.retain()) {
        return;
      }
      if (!exec.running() && exec != latest) {
        count--;
        bytes -= logBytes(exec);
        container.execs.remove(exec.execId);
        store
            .forgetExec(container.id, exec.execId)
            .onFailure(e -> LOG.warn("cannot forget exec {}", exec.execId, e));
      }
    }
  }

  private static long logBytes(Exec exec) {
    return exec.log() == null ? 0 : exec.log().diskBytes();
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
    return opened(container, exec).map(log -> new Stream(exec.view(), log));
  }

  private Future<EventLog> opened(Container container, Exec exec) {
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
    return container.execs.values().stream().anyMatch(exec -> exec.running() && exec.bounded);
  }

  /** Finds the execs that an earlier server left; those whose end it did not see are lost. */
  Future<Void> recover(Container container) {
    return store
        .execs(container.id)
        .compose(
            found -> {
              List<Future<?>> ends = new ArrayList<>();
              for (SandboxStore.ExecRecord kept : found) {
                Exec exec = new Exec(kept);
                container.execs.put(exec.execId, exec);
                ends.add(
                    opened(container, exec)
                        .compose(log -> exec.running() ? lose(container, exec) : done())
                        .recover(
                            e -> {
                              LOG.warn("cannot read the log of exec {}", exec.execId, e);
                              return done();
                            }));
              }
              return Future.join(ends).mapEmpty();
            });
  }

  private Future<Void> lose(Container container, Exec exec) {
    Future<Void> told =
        exec.log().ended()
            ? lastEvent(exec.log()).map(exec::endedWith)
            : Future.succeededFuture(
                exec.lost(
                    "The server was restarted while the command ran; how it ended was not seen."));
    return told.compose(v -> exec.over()).compose(v -> store.save(container.id, exec.record()));
  }

  private static Future<JsonNode> lastEvent(EventLog log) {
    return log.reader(log.lastId() - 1)
        .next(1 << 20)
        .compose(
            record -> {
              String text = record.toString();
              try {
                return Future.succeededFuture(
                    Json.MAPPER.readTree(
                        text.substring(text.indexOf("data: ") + "data: ".length())));
              } catch (JsonProcessingException e) {
                return Future.failedFuture(e);
              }
            });
  }

  private static Future<Void> done() {
    return Future.succeededFuture();
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
