package ai.bharatbuild.sandbox;

import ai.bharatbuild.json.Json;
import ai.bharatbuild.log.EventLog;
import ai.bharatbuild.sandbox.Sandbox.State;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes up the execs that an earlier server left in a container: goes on with those that their
 * sandbox still holds, notes the end of those whose log has it, and calls the others lost. Commands
 * that no record tells of are ended. Confined to its verticle's context.
 */
final class ExecRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(ExecRecovery.class);
  private static final int ATTEMPTS = 5;
  private static final long PAUSE_MS = 500;

  private final Vertx vertx;
  private final SandboxRuntime runtime;
  private final SandboxStore store;
  private final Execs execs;
  private final SandboxEvents events;

  ExecRecovery(
      Vertx vertx, SandboxRuntime runtime, SandboxStore store, Execs execs, SandboxEvents events) {
    this.vertx = vertx;
    this.runtime = runtime;
    this.store = store;
    this.execs = execs;
    this.events = events;
  }

  /** Completes when each exec is attached to or has ended; its output may still be read. */
  Future<Void> recover(Container container) {
    return store
        .execs(container.id)
        .compose(kept -> held(container, ATTEMPTS).compose(held -> recover(container, kept, held)));
  }

  private Future<Void> recover(Container container, List<ExecRecord> kept, List<HeldExec> held) {
    Map<String, HeldExec> left = new HashMap<>();
    held.forEach(one -> left.put(one.execId(), one));
    List<Future<?>> steps = new ArrayList<>();
    for (ExecRecord record : kept) {
      Exec exec = new Exec(record);
      container.execs.put(exec.execId, exec);
      HeldExec own = left.remove(exec.execId);
      steps.add(
          execs
              .opened(container, exec)
              .compose(log -> takeUp(container, exec, own))
              .recover(
                  e -> {
                    LOG.warn("cannot read the log of exec {}", exec.execId, e);
                    exec.unknown();
                    return Future.succeededFuture();
                  }));
    }
    left.values().forEach(stranger -> discard(container, stranger));
    return Future.join(steps).mapEmpty();
  }

  /** What the sandbox holds; nothing when its agent cannot be asked. */
  private Future<List<HeldExec>> held(Container container, int attempts) {
    if (container.state != State.RUNNING) {
      return Future.succeededFuture(List.of());
    }
    return runtime
        .held(container.handle())
        .recover(
            e -> {
              if (attempts > 1 && !(e instanceof SandboxGoneException)) {
                return later().compose(v -> held(container, attempts - 1));
              }
              LOG.warn("the sandbox of {} does not say what runs in it", container.id, e);
              return Future.succeededFuture(List.of());
            });
  }

  private Future<Void> later() {
    Promise<Void> promise = Promise.promise();
    vertx.setTimer(PAUSE_MS, id -> promise.complete());
    return promise.future();
  }

  private Future<Void> takeUp(Container container, Exec exec, HeldExec held) {
    if (!exec.running() || exec.log().ended()) {
      if (held != null) {
        discard(container, held);
      }
      return exec.running() ? noteEnd(container, exec) : Future.succeededFuture();
    }
    if (held != null) {
      exec.begin(execs.advise(exec.command), container::touch);
      Resumption from = exec.resume(held);
      if (from != null) {
        return attach(container, exec, from);
      }
      discard(container, held);
    }
    return lose(container, exec);
  }

  private Future<Void> attach(Container container, Exec exec, Resumption from) {
    return runtime
        .attach(container.handle(), from, exec)
        .onSuccess(exec::attach)
        .map(
            session -> {
              execs.follow(container, exec);
              LOG.info("went on with exec {} of {}", exec.execId, container.id);
              return (Void) null;
            })
        .recover(
            e -> {
              LOG.warn("cannot go on with exec {}", exec.execId, e);
              return lose(container, exec);
            });
  }

  private Future<Void> noteEnd(Container container, Exec exec) {
    return lastEvent(exec.log()).map(exec::endedWith).compose(v -> ended(container, exec));
  }

  private Future<Void> lose(Container container, Exec exec) {
    exec.lost("The server was restarted while the command ran; how it ended was not seen.");
    return exec.over().compose(v -> ended(container, exec));
  }

  private Future<Void> ended(Container container, Exec exec) {
    events.ended(container, exec);
    return save(container, exec);
  }

  private Future<Void> save(Container container, Exec exec) {
    return exec.keep(record -> store.save(container.id, record));
  }

  /** Ends a command that nobody waits for, and lets the sandbox forget it. */
  private void discard(Container container, HeldExec held) {
    Resumption end =
        new Resumption(held.execId(), held.acknowledged(), Duration.ZERO, false, false);
    Discarded listener = new Discarded(held.acknowledged());
    runtime
        .attach(container.handle(), end, listener)
        .onSuccess(
            session -> {
              listener.session = session;
              if (held.running()) {
                session.cancel();
              }
            })
        .onFailure(e -> LOG.warn("cannot end the unknown exec {}", held.execId(), e));
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

  /** Reads a command's rest and throws it away. */
  private static final class Discarded implements ExecListener {
    private ExecSession session;
    private long outputs;

    Discarded(long outputs) {
      this.outputs = outputs;
    }

    @Override
    public void started(long pid) {}

    @Override
    public void output(Stream stream, Buffer bytes) {
      session.acknowledge(++outputs);
    }

    @Override
    public void failed(String message) {}

    @Override
    public void ended(ExitReport report) {
      session.release();
    }
  }
}
