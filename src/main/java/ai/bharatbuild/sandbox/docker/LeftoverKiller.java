package ai.bharatbuild.sandbox.docker;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what is left of an exec whose agent cannot be talked to any more, so that nothing goes on
 * unseen. Never fails: a sandbox that is gone has nothing left.
 */
final class LeftoverKiller {
  private static final Logger LOG = LoggerFactory.getLogger(LeftoverKiller.class);

  /** Processes that fork while they are killed need more than one pass. */
  private static final int PASSES = 5;

  private final EngineExecs execs;

  LeftoverKiller(EngineExecs execs) {
    this.execs = execs;
  }

  Future<Void> kill(String handle, String execId) {
    return pass(handle, execId, PASSES)
        .otherwise(
            e -> {
              LOG.info("could not look for what exec {} left: {}", execId, e.getMessage());
              return null;
            });
  }

  private Future<Void> pass(String handle, String execId, int passes) {
    return execs
        .ask(handle, "ps")
        .map(answer -> processes(answer.toJsonArray(), execId))
        .compose(
            pids -> {
              if (pids.isEmpty()) {
                return Future.succeededFuture();
              }
              if (passes == 0) {
                LOG.error("exec {} left processes that cannot be killed: {}", execId, pids);
                return Future.succeededFuture();
              }
              return execs
                  .run(handle, killCommand(pids))
                  .transform(v -> pass(handle, execId, passes - 1));
            });
  }

  private static List<String> processes(JsonArray processes, String execId) {
    List<String> pids = new ArrayList<>();
    for (int i = 0; i < processes.size(); i++) {
      JsonObject process = processes.getJsonObject(i);
      boolean alive = !"Z".equals(process.getString("state"));
      if (alive && execId.equals(process.getString("exec_id"))) {
        pids.add(Integer.toString(process.getInteger("pid")));
      }
    }
    return pids;
  }

  private static List<String> killCommand(List<String> pids) {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "kill -KILL \"$@\"", "sh"));
    command.addAll(pids);
    return command;
  }
}
