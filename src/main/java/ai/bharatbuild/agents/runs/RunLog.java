package ai.bharatbuild.agents.runs;

import ai.bharatbuild.json.Json;
import ai.bharatbuild.log.EventLog;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** The events of one run, told from any thread in the order in which each thread tells them. */
final class RunLog {
  private final EventLog log;
  private final Context context;

  /**
   * @param context on which the log was made
   */
  RunLog(EventLog log, Context context) {
    this.log = log;
    this.context = context;
  }

  EventLog events() {
    return log;
  }

  /**
   * A reader of what is on disk; it belongs to the caller's context.
   *
   * @param after number of the last event that is known
   */
  RunReader reader(long after) {
    return new RunReader(this, log.reader(after));
  }

  /** Adds an event. After the last one this does nothing. */
  void tell(String type, Map<String, ?> data) {
    Buffer json = json(type, data);
    context.runOnContext(
        v -> {
          if (!log.ended()) {
            log.append(json, json.length());
          }
        });
  }

  /** Completes when what was told so far is on disk, or cannot be put there. */
  Future<Void> flush() {
    Promise<Void> done = Promise.promise();
    context.runOnContext(v -> log.flush().onComplete(done));
    return done.future();
  }

  /** Adds the last event; only the first time counts. */
  Future<Void> end(String type, Map<String, ?> data) {
    Buffer json = json(type, data);
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        v -> {
          if (log.ended()) {
            done.complete();
          } else {
            log.end(json, json.length()).onComplete(done);
          }
        });
    return done.future();
  }

  private static Buffer json(String type, Map<String, ?> data) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("type", type);
    event.put("data", data);
    return Json.encode(event);
  }
}
