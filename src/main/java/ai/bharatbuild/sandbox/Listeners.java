package ai.bharatbuild.sandbox;

import ai.bharatbuild.json.Json;
import ai.bharatbuild.sandbox.ContainerMessages.Located;
import ai.bharatbuild.sandbox.Sandbox.State;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds what listens in a sandbox. A server that listens on the sandbox's loopback address alone,
 * as development servers do, is made reachable by the agent. Used on the verticle's context.
 */
final class Listeners {
  /** Ports that development servers use by default; earlier ones win when several are open. */
  private static final List<Integer> USUAL =
      List.of(3000, 5173, 4173, 8080, 8000, 5000, 4200, 4321, 8888, 9000, 80);

  private final SandboxRuntime runtime;
  private final int uid;

  Listeners(SandboxRuntime runtime, int uid) {
    this.runtime = runtime;
    this.uid = uid;
  }

  /** Open ports, lowest first, and whether each can be reached from outside the sandbox. */
  Future<Map<Integer, Boolean>> open(Container container) {
    return runtime.ask(container.handle(), "ports").compose(Listeners::parse);
  }

  Future<Located> locate(Container container, Integer wanted, boolean refresh) {
    if (container.state != State.RUNNING) {
      return Future.succeededFuture(new Located("stopped", null, null));
    }
    container.touch();
    Integer known = wanted == null ? container.mainPort : wanted;
    if (!refresh && known != null && container.reachable.contains(known)) {
      return Future.succeededFuture(running(container, known));
    }
    return open(container)
        .compose(
            ports -> {
              container.reachable.clear();
              Integer port = wanted == null ? choose(ports) : wanted;
              if (port == null || !ports.containsKey(port)) {
                return Future.succeededFuture(new Located("waiting", null, wanted));
              }
              return reach(container, port, ports.get(port))
                  .map(
                      v -> {
                        container.reachable.add(port);
                        container.mainPort = wanted == null ? port : container.mainPort;
                        return running(container, port);
                      });
            });
  }

  private static Located running(Container container, int port) {
    return new Located("running", container.sandbox().address(), port);
  }

  private Future<Void> reach(Container container, int port, boolean reachable) {
    return reachable
        ? Future.succeededFuture()
        : runtime
            .ask(container.handle(), "forward", Integer.toString(port), Integer.toString(uid))
            .mapEmpty();
  }

  private static Integer choose(Map<Integer, Boolean> ports) {
    return ports.keySet().stream()
        .min(Comparator.comparingInt(Listeners::rank).thenComparing(Comparator.naturalOrder()))
        .orElse(null);
  }

  private static int rank(int port) {
    int index = USUAL.indexOf(port);
    return index < 0 ? USUAL.size() : index;
  }

  private static Future<Map<Integer, Boolean>> parse(Buffer answer) {
    Map<Integer, Boolean> ports = new TreeMap<>();
    try {
      for (JsonNode socket : Json.parse(answer)) {
        String address = socket.path("address").asText();
        boolean reachable = !address.startsWith("127.") && !address.equals("::1");
        ports.merge(socket.path("port").asInt(), reachable, Boolean::logicalOr);
      }
      return Future.succeededFuture(ports);
    } catch (IOException e) {
      return Future.failedFuture(e);
    }
  }
}
