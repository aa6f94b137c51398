package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.ExecListener.Stream;
import ai.bharatbuild.sandbox.HeldExec;
import ai.bharatbuild.sandbox.RuntimeUnavailableException;
import ai.bharatbuild.sandbox.SandboxGoneException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Speaks to agents over their own sockets; the engine has no part in it. */
final class SocketExecs {
  private static final int CONNECT_MS = 5_000;
  private static final int ATTEMPTS = 40;
  private static final long PAUSE_MS = 25;

  /** More than a sandbox may have; an agent that was taken over could name any number. */
  private static final int MAX_HELD = 1_000;

  /** Of commands, as this server names them. */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,100}");

  private final Vertx vertx;
  private final NetClient client;

  SocketExecs(Vertx vertx) {
    this.vertx = vertx;
    this.client =
        vertx.createNetClient(
            new NetClientOptions().setConnectTimeout(CONNECT_MS).setMetricsName("agent"));
  }

  /** A new connection, on which the agent waits for the first frame. */
  Future<AgentStream> connect(Path socket) {
    return connect(SocketAddress.domainSocketAddress(socket.toString()), ATTEMPTS);
  }

  private Future<AgentStream> connect(SocketAddress address, int attempts) {
    return client
        .connect(address)
        .<AgentStream>map(socket -> new SocketAgentStream(vertx, socket))
        .recover(
            e -> {
              boolean full = String.valueOf(e.getMessage()).contains("temporarily unavailable");
              return full && attempts > 1
                  ? later().compose(v -> connect(address, attempts - 1))
                  : Future.failedFuture(refused(e, full));
            });
  }

  /** Too many connections wait to be accepted; the system says so at once and not in the end. */
  private Future<Void> later() {
    Promise<Void> promise = Promise.promise();
    vertx.setTimer(PAUSE_MS, id -> promise.complete());
    return promise.future();
  }

  private static RuntimeException refused(Throwable cause, boolean full) {
    return full
        ? new RuntimeUnavailableException(
            "The sandbox does not answer: too many commands are being started in it.", cause)
        : new SandboxGoneException("The sandbox is not running.");
  }

  /** Asks something short; fails with the agent's complaint unless it succeeds. */
  Future<Buffer> ask(Path socket, String... question) {
    return connect(socket).compose(stream -> answer(stream, AgentFrames.question(question)));
  }

  private Future<Buffer> answer(AgentStream stream, Buffer question) {
    BoundedAnswer answer = new BoundedAnswer(vertx, stream::close);
    Promise<Integer> code = Promise.promise();
    AgentOutput output = new AgentOutput(new Reply(answer, code));
    stream.handlers(
        output::accept,
        answer::fail,
        v -> answer.fail(new IllegalStateException("the agent hung up without an answer")));
    stream.write(question);
    stream.resume();
    return answer
        .future()
        .compose(
            whole -> {
              stream.close();
              return code.future().map(whole::unlessFailed);
            });
  }

  /** What the agent holds of resumable commands. */
  Future<List<HeldExec>> held(Path socket) {
    return ask(socket, "sessions")
        .map(
            answer -> {
              try {
                return held(answer.toJsonArray());
              } catch (DecodeException | ClassCastException | NullPointerException e) {
                throw new IllegalStateException("the agent's list of sessions is malformed", e);
              }
            });
  }

  private static List<HeldExec> held(JsonArray sessions) {
    List<HeldExec> held = new ArrayList<>();
    for (int i = 0; i < Math.min(sessions.size(), MAX_HELD); i++) {
      JsonObject session = sessions.getJsonObject(i);
      held.add(
          checked(
              new HeldExec(
                  session.getString("id"),
                  "running".equals(session.getString("state")),
                  session.getLong("frames"),
                  session.getLong("acked"))));
    }
    return held;
  }

  private static HeldExec checked(HeldExec held) {
    if (!ID.matcher(held.execId()).matches()
        || held.acknowledged() < 0
        || held.acknowledged() > held.outputs()) {
      throw new IllegalStateException("the agent's list of sessions makes no sense");
    }
    return held;
  }

  Future<Void> close() {
    return client.close();
  }

  /** The frames of an answer. */
  private record Reply(BoundedAnswer answer, Promise<Integer> code) implements AgentOutput.Sink {
    @Override
    public void output(Stream stream, Buffer bytes) {
      if (stream == Stream.STDOUT) {
        answer.take(bytes);
      } else {
        answer.takeError(bytes);
      }
    }

    @Override
    public void control(char type, Buffer payload) {
      if (type == 'X') {
        code.tryComplete(ExitReports.code(payload));
        answer.finish();
      } else if (type == 'E') {
        answer.fail(new IllegalStateException(payload.toString()));
      } else {
        throw new ProtocolException("frame " + type + " in an answer");
      }
    }
  }
}
