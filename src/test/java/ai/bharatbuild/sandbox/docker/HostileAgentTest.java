package ai.bharatbuild.sandbox.docker;

import static ai.bharatbuild.sandbox.docker.HostileAgent.frame;
import static ai.bharatbuild.sandbox.docker.HostileAgent.report;
import static ai.bharatbuild.sandbox.docker.HostileAgent.terms;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.sandbox.ExitReport.Cause;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An agent that was taken over can fail its own exec and do nothing else. */
class HostileAgentTest {
  private static final Buffer STARTED = frame('R', "7");

  @TempDir Path directory;
  private HostileAgent agent;

  @BeforeEach
  void open() {
    agent = new HostileAgent(directory);
  }

  @AfterEach
  void close() {
    agent.close();
  }

  static List<Buffer> breaches() {
    Buffer output = frame('1', "x");
    return List.of(
        Buffer.buffer("HTTP/1.1 200 OK\r\n\r\n"),
        Buffer.buffer(new byte[70_000]),
        STARTED.copy().appendBuffer(Buffer.buffer().appendByte((byte) '1').appendInt(65_537)),
        STARTED.copy().appendBuffer(Buffer.buffer().appendByte((byte) '1').appendInt(-1)),
        STARTED.copy().appendBuffer(Buffer.buffer().appendByte((byte) 'X').appendInt(65_536)),
        STARTED.copy().appendBuffer(frame('1', "")),
        STARTED.copy().appendBuffer(STARTED),
        STARTED.copy().appendBuffer(frame('W', "1")),
        STARTED.copy().appendBuffer(frame('W', "-1")),
        STARTED.copy().appendBuffer(frame('X', "code=0\0")),
        STARTED.copy().appendBuffer(frame('X', "")),
        STARTED.copy().appendBuffer(frame('E', "protocol error")),
        STARTED.copy().appendBuffer(output).appendBuffer(output).appendBuffer(output),
        output,
        report(0),
        frame('W', "0"),
        frame('R', "many"),
        frame('R', "99999999999999999999"),
        frame('S', "id=x\0"));
  }

  @ParameterizedTest
  @MethodSource("breaches")
  void losesItsExecAtOnce(Buffer breach) {
    // It goes on listening, so that nothing but the breach can be what ends the exec.
    var run = agent.says(breach, false).session(terms(false, false, 2));
    assertThat(run.awaitEnd().cause()).isEqualTo(Cause.LOST);
    var other = agent.says(STARTED.copy().appendBuffer(report(4)), false);
    assertThat(other.session(terms(true, false, 0)).awaitEnd().code()).isEqualTo(4);
  }

  static List<Buffer> breachesAfterAReattach() {
    Buffer output = frame('1', "x");
    return List.of(
        Buffer.buffer(new byte[70_000]),
        Buffer.buffer().appendByte((byte) '1').appendInt(65_537),
        Buffer.buffer().appendByte((byte) 'X').appendInt(Integer.MAX_VALUE),
        STARTED.copy().appendBuffer(Buffer.buffer().appendByte((byte) '2').appendInt(-1)),
        STARTED.copy().appendBuffer(STARTED),
        STARTED.copy().appendBuffer(frame('W', "262145")),
        STARTED.copy().appendBuffer(frame('S', "id=y\0")),
        STARTED.copy().appendBuffer(output).appendBuffer(output).appendBuffer(output),
        frame('W', "262145"),
        frame('E', "no such session"),
        output,
        report(0));
  }

  @ParameterizedTest
  @MethodSource("breachesAfterAReattach")
  void losesTheExecThatAnotherServerHad(Buffer breach) {
    var run = agent.says(breach, false).session(terms(true, true, 2));
    assertThat(run.awaitEnd().cause()).isEqualTo(Cause.LOST);
  }

  @Test
  void cannotSayMoreThanItsEnd() {
    Buffer says = STARTED.copy().appendBuffer(frame('1', "a")).appendBuffer(report(3));
    says.appendBuffer(frame('1', "b")).appendBuffer(report(0)).appendBuffer(Buffer.buffer("junk"));
    for (boolean window : List.of(true, false)) {
      var run = agent.says(says, true).session(terms(window, false, 0));
      assertThat(run.awaitEnd().code()).isEqualTo(3);
      assertThat(run.text()).isEqualTo("a");
    }
  }

  @Test
  void isNotWaitedForWithinAFrame() {
    Promise<String> late = Promise.promise();
    agent.onContext(
        () -> {
          SessionWatch watch = new SessionWatch(agent.vertx, 100, late::complete);
          watch.read(true);
          return late.future();
        });
    assertThat(late.future().result()).contains("within a frame");
  }

  @Test
  void cannotAnswerWithoutBound() {
    Buffer much = Buffer.buffer();
    for (int i = 0; i < 100; i++) {
      much.appendBuffer(frame('1', Buffer.buffer(new byte[65_536])));
    }
    agent.says(much, false);
    assertThatThrownBy(this::ask).hasMessageContaining("over 4 MB");
    agent.says(frame('E', "cannot fork"), true);
    assertThatThrownBy(this::ask).hasMessageContaining("cannot fork");
    agent.says(Buffer.buffer("junk that is no frame"), false);
    assertThatThrownBy(this::ask).isInstanceOf(ProtocolException.class);
    agent.says(frame('R', "1"), false);
    assertThatThrownBy(this::ask).isInstanceOf(ProtocolException.class);
    agent.says(frame('1', "half an ans"), true);
    assertThatThrownBy(this::ask).hasMessageContaining("hung up");
    agent.says(frame('1', "fine").appendBuffer(frame('X', "code=\0")), false);
    assertThatThrownBy(this::ask).isInstanceOf(IllegalStateException.class);
    agent.says(Buffer.buffer(), false);
    assertThatThrownBy(this::ask).hasRootCauseInstanceOf(TimeoutException.class);
  }

  @Test
  void cannotConfuseTheListOfItsSessions() {
    String rest = "\"state\":\"running\",\"frames\":2,\"acked\":1}]";
    for (String list :
        List.of(
            "{}",
            "[1]",
            "[{}]",
            "[{\"id\":7}]",
            "[",
            "[null]",
            "[{" + rest,
            "[{\"id\":\"\"," + rest,
            "[{\"id\":\"x\\u0000frames=0\"," + rest,
            "[{\"id\":\"../x\"," + rest,
            "[{\"id\":\"" + "x".repeat(20_000) + "\"," + rest,
            "[{\"id\":\"x\",\"state\":\"running\",\"frames\":-1,\"acked\":-2}]",
            "[{\"id\":\"x\",\"state\":\"running\",\"frames\":1,\"acked\":2}]")) {
      agent.says(frame('1', list).appendBuffer(frame('X', "code=0\0")), false);
      assertThatThrownBy(
              () -> agent.onContext(() -> agent.execs.held(agent.socket())),
              "the list %s".formatted(list))
          .isInstanceOf(IllegalStateException.class);
    }
    String one = "{\"id\":\"x\",\"pid\":1,\"state\":\"running\",\"frames\":2,\"acked\":1}";
    String many = "[" + (one + ",").repeat(1_999) + one + "]";
    agent.says(frame('1', "[" + one + "]").appendBuffer(frame('X', "code=0\0")), false);
    assertThat(agent.onContext(() -> agent.execs.held(agent.socket()))).hasSize(1);
    Buffer answer = Buffer.buffer();
    for (int at = 0; at < many.length(); at += 60_000) {
      answer.appendBuffer(frame('1', many.substring(at, Math.min(many.length(), at + 60_000))));
    }
    agent.says(answer.appendBuffer(frame('X', "code=0\0")), false);
    assertThat(agent.onContext(() -> agent.execs.held(agent.socket()))).hasSize(1_000);
  }

  private void ask() {
    agent.onContext(() -> agent.execs.ask(agent.socket(), "ps"));
  }
}
