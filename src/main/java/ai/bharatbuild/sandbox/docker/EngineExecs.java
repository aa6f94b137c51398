package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.SandboxGoneException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Runs programs in containers through the engine's exec calls. */
final class EngineExecs {
  static final String AGENT = "/usr/local/libexec/bharatbuild/agent";
  private static final Pattern HANDLE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

  private final Vertx vertx;
  private final EngineHttp http;
  private final String user;

  EngineExecs(Vertx vertx, EngineHttp http, DockerSettings settings) {
    this.vertx = vertx;
    this.http = http;
    this.user = settings.serverIsRoot() ? "0:0" : settings.uid() + ":" + settings.gid();
  }

  /** Handles come from callers and become part of the engine's paths. */
  static Future<String> checked(String handle) {
    return handle != null && HANDLE.matcher(handle).matches()
        ? Future.succeededFuture(handle)
        : Future.failedFuture(new SandboxGoneException("The sandbox does not exist."));
  }

  /** Starts the agent as the parent of one command; the frames of its protocol follow. */
  Future<AgentStream> session(String handle, String execId) {
    return start(handle, List.of(AGENT, "exec", execId), true)
        .map(started -> new EngineAgentStream(started.stream()));
  }

  /** Asks the agent something short; fails with its error output unless it exits with 0. */
  Future<Buffer> ask(String handle, String... question) {
    List<String> command = new ArrayList<>(List.of(AGENT));
    command.addAll(List.of(question));
    return run(handle, command);
  }

  /** Runs a short program as the agent's user and gives its output. */
  Future<Buffer> run(String handle, List<String> command) {
    return start(handle, command, false)
        .compose(
            started ->
                read(started.stream())
                    .compose(
                        answer ->
                            http.get("/exec/" + started.id() + "/json")
                                .map(exec -> answer.unlessFailed(exec.getInteger("ExitCode")))))
        .recover(e -> Future.failedFuture(EngineErrors.of(e)));
  }

  private Future<BoundedAnswer> read(EngineStream stream) {
    BoundedAnswer answer = new BoundedAnswer(vertx, stream::close);
    EngineOutput output = new EngineOutput(answer::take, answer::takeError);
    stream.handlers(
        chunk -> {
          try {
            output.accept(chunk);
          } catch (ProtocolException e) {
            answer.fail(e);
          }
        },
        v -> answer.finish());
    stream.resume();
    return answer.future();
  }

  private Future<Started> start(String handle, List<String> command, boolean stdin) {
    JsonObject exec =
        new JsonObject()
            .put("AttachStdin", stdin)
            .put("AttachStdout", true)
            .put("AttachStderr", true)
            .put("Tty", false)
            .put("User", user)
            .put("WorkingDir", "/")
            .put("Cmd", new JsonArray(command));
    JsonObject attached = new JsonObject().put("Detach", false).put("Tty", false);
    return checked(handle)
        .compose(id -> http.post("/containers/" + id + "/exec", exec))
        .map(created -> created.getString("Id"))
        .compose(
            id ->
                http.hijack("/exec/" + id + "/start", attached)
                    .map(stream -> new Started(id, stream)));
  }

  private record Started(String id, EngineStream stream) {}
}
