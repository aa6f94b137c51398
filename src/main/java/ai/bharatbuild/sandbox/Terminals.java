package ai.bharatbuild.sandbox;

import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.Problem;
import ai.bharatbuild.sandbox.ContainerMessages.OpenTerminal;
import ai.bharatbuild.sandbox.ContainerMessages.TerminalView;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The terminals of one shard's sandboxes. Confined to its verticle's context. */
final class Terminals {
  private static final Logger AUDIT = LoggerFactory.getLogger("audit");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int MOST = 10;
  private static final int MOST_VIEWERS = 20;
  private static final String WORKSPACE = "/workspace";

  /** Every image has bash; a user's own may not. */
  private static final List<String> SHELL =
      List.of("/bin/sh", "-c", "command -v bash >/dev/null && exec bash -i || exec sh -i");

  private final Vertx vertx;
  private final SandboxRuntime runtime;
  private final Freezer freezer;
  private final Map<Container, Map<String, Terminal>> terminals = new IdentityHashMap<>();

  Terminals(Vertx vertx, SandboxRuntime runtime, Freezer freezer) {
    this.vertx = vertx;
    this.runtime = runtime;
    this.freezer = freezer;
  }

  /** Joins the terminal of that id, or makes it. */
  Future<TerminalViewer> open(Container container, OpenTerminal wanted) {
    Map<String, Terminal> own = terminals.computeIfAbsent(container, c -> new LinkedHashMap<>());
    String id = wanted.terminalId() == null ? randomId() : wanted.terminalId();
    Terminal known = own.get(id);
    boolean fresh = known == null;
    if (fresh && own.size() >= MOST) {
      return tooMany(MOST + " terminals are open in this sandbox; close one first.");
    }
    if (!fresh && known.viewers() >= MOST_VIEWERS) {
      return tooMany(MOST_VIEWERS + " view this terminal already.");
    }
    Terminal terminal = fresh ? begin(container, own, id, wanted) : known;
    terminal.joined();
    return terminal
        .ready()
        .compose(
            v ->
                fresh || wanted.size() == null
                    ? Future.succeededFuture()
                    : terminal.resize(wanted.size()))
        .map(v -> new TerminalViewer(terminal, fresh, fresh ? 0 : wanted.position(), freezer))
        .onFailure(e -> terminal.left());
  }

  private static <T> Future<T> tooMany(String why) {
    return Future.failedFuture(
        new ApiException(new Problem(429, "rate_limited", why, null, null, null, 5)));
  }

  private Terminal begin(
      Container container, Map<String, Terminal> own, String id, OpenTerminal wanted) {
    Terminal terminal =
        new Terminal(vertx, id, container, wanted.startSize(), () -> ended(container, id));
    own.put(id, terminal);
    AUDIT
        .atInfo()
        .addKeyValue("workspace", container.id)
        .addKeyValue("user", container.owner)
        .addKeyValue("terminal", id)
        .log("terminal");
    ExecSpec spec =
        new ExecSpec(
                "term-" + randomId(),
                SHELL,
                Map.of("TERM", "xterm-256color"),
                WORKSPACE,
                Duration.ZERO,
                0,
                true,
                true)
            .withPty(terminal.size());
    terminal.begun(runtime.exec(container.handle(), spec, terminal));
    return terminal;
  }

  private void ended(Container container, String id) {
    Map<String, Terminal> own = terminals.get(container);
    if (own != null) {
      own.remove(id);
      if (own.isEmpty()) {
        terminals.remove(container);
      }
    }
  }

  /** Oldest first. */
  List<TerminalView> list(Container container) {
    return terminals.getOrDefault(container, Map.of()).values().stream()
        .map(
            t ->
                new TerminalView(
                    t.id, t.startedAt, t.size().columns(), t.size().rows(), t.viewers()))
        .toList();
  }

  /** Ends one; 404 when there is no such. */
  Future<Void> close(Container container, String id) {
    Terminal terminal = terminals.getOrDefault(container, Map.of()).get(id);
    if (terminal == null) {
      return Future.failedFuture(ApiException.notFound("terminal"));
    }
    return freezer.wakeToEnd(container).onSuccess(v -> terminal.close());
  }

  /** The server stops: shells without a server would be of no use to anybody. */
  void endAll() {
    List<Terminal> all = new ArrayList<>();
    terminals.values().forEach(own -> all.addAll(own.values()));
    all.forEach(Terminal::close);
  }

  private static String randomId() {
    byte[] bytes = new byte[8];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
