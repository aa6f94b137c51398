package ai.bharatbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.sandbox.ExitReport.Cause;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every runtime's commands must do. */
public abstract class SandboxRuntimeContractExec extends SandboxRuntimeContractHarness {
  private static final int CHAIN = 60;
  private static final int SIGKILL = 9;
  private static final int SIGTERM = 15;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 42, 137, 255})
  void reportsTheExitCode(int code) {
    ExitReport report = run(shell("exit " + code)).awaitEnd();
    assertThat(report.code()).isEqualTo(code);
    assertThat(report.signal()).isNull();
    assertThat(report.cause()).isEqualTo(Cause.EXITED);
  }

  @Test
  void reportsTheSignalThatEndedTheCommand() {
    ExitReport report = run(shell("kill -KILL $$")).awaitEnd();
    assertThat(report.code()).isNull();
    assertThat(report.signal()).isEqualTo(SIGKILL);
    assertThat(report.cause()).isEqualTo(Cause.SIGNALLED);
  }

  @Test
  void keepsTheTwoOutputsApart() {
    var run = run(shell("echo out; echo err >&2; echo out again"));
    assertThat(run.text()).isEqualTo("out\nout again\n");
    assertThat(run.errors()).isEqualTo("err\n");
  }

  @Test
  void runsShellLines() {
    assertThat(run(shell("echo a && echo b | tr b c; echo $(echo d) 2>/dev/null")).text())
        .isEqualTo("a\nc\nd\n");
    assertThat(run(shell("false && echo never")).awaitEnd().code()).isEqualTo(1);
  }

  @Test
  void passesArgumentsUnchanged() {
    String odd = "a  b'\"$HOME\n\u0939\u093f\u0928\u094d\u0926\u0940";
    assertThat(run(command("printf", "%s", odd)).text()).isEqualTo(odd);
  }

  @Test
  void givesTheSandboxesAndTheCommandsEnvironment() {
    ExecSpec plain = shell("echo $GREETING,$NAME,$HOME,$LANG");
    ExecSpec spec =
        new ExecSpec(
            plain.execId(),
            plain.argv(),
            Map.of("NAME", "x=y"),
            "/workspace",
            plain.timeout(),
            0,
            false,
            false);
    assertThat(run(spec).text()).isEqualTo("namaste,x=y,/workspace,C.UTF-8\n");
  }

  @Test
  void runsInTheWorkingDirectory() {
    output("mkdir -p sub/dir");
    ExecSpec plain = command("pwd");
    ExecSpec spec =
        new ExecSpec(
            plain.execId(),
            plain.argv(),
            Map.of(),
            "/workspace/sub/dir",
            plain.timeout(),
            0,
            false,
            false);
    assertThat(run(spec).text()).isEqualTo("/workspace/sub/dir\n");
  }

  @Test
  void saysWhyACommandCouldNotStart() {
    var missing = run(command("no-such-program"));
    assertThat(missing.failure()).contains("no-such-program");
    assertThat(missing.awaitEnd().code()).isEqualTo(127);
    assertThat(missing.awaitEnd().cause()).isEqualTo(Cause.EXITED);
    var notRunnable = run(command("/workspace"));
    assertThat(notRunnable.failure()).isNotBlank();
    assertThat(notRunnable.awaitEnd().code()).isEqualTo(126);
  }

  @Test
  void failsForASandboxThatIsNotThere() {
    assertThatThrownBy(
            () ->
                await(
                    runtime.exec(
                        "0123456789ab", shell("true"), new SandboxRuntimeContractRecorder())))
        .isInstanceOf(SandboxGoneException.class);
  }

  @Test
  void endsASilentCommandOnTimeWithAllThatEscaped() {
    String escape =
        "trap '' TERM; setsid sh -c 'trap \"\" TERM; exec sleep 4711' & (sleep 4711 &) ; sleep"
            + " 4711";
    long begin = System.nanoTime();
    ExitReport report = run(timeout(shell(escape), Duration.ofMillis(700))).awaitEnd();
    assertThat(report.cause()).isEqualTo(Cause.TIMEOUT);
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(Duration.ofMillis(700), Duration.ofSeconds(5));
    assertThat(output("pgrep -fc '[s]leep 4711'")).isEqualTo("0");
  }

  @Test
  void cancelsTheWholeTree() {
    var run = start(shell("trap '' TERM; setsid sleep 4712 & echo ready; sleep 4712; sleep 4712"));
    run.awaitText("ready\n"::equals);
    run.session().cancel();
    assertThat(run.awaitEnd().cause()).isEqualTo(Cause.CANCELLED);
    assertThat(output("pgrep -fc '[s]leep 4712'")).isEqualTo("0");
  }

  @Test
  void sendsSignals() {
    // No other program is begun: dash loses a signal that comes while it begins one.
    var run = start(shell("trap 'echo caught; exit 3' TERM; echo ready; while :; do :; done"));
    run.awaitText("ready\n"::equals);
    await(run.session().signal(SIGTERM));
    assertThat(run.awaitEnd().code()).isEqualTo(3);
    assertThat(run.text()).endsWith("caught\n");
  }

  @Test
  void writesFiveMegabytesToTheInput() {
    Buffer input = bytes(5_000_000);
    var run = start(stdin(command("cat")));
    var written = run.session().write(input);
    await(run.session().closeStdin());
    await(written);
    assertThat(run.awaitEnd().code()).isZero();
    assertThat(run.bytes()).isEqualTo(input.getBytes());
  }

  @Test
  void tellsWhenTheCommandDoesNotTakeInput() {
    var run = start(stdin(shell("echo ready; read line; echo got $line")));
    run.awaitText("ready\n"::equals);
    var large = run.session().write(Buffer.buffer("x\n").appendBuffer(bytes(2_000_000)));
    assertThat(run.awaitEnd().code()).isZero();
    // Some of it may have been taken and thrown away; but nobody waits for it for ever.
    await(large.otherwiseEmpty());
    assertThatThrownBy(() -> await(run.session().write(bytes(1))))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void controlsACommandThatDoesNotReadItsInput() {
    var run = start(stdin(shell("sleep 4713")));
    run.session().write(bytes(2_000_000));
    run.awaitStart();
    run.session().cancel();
    assertThat(run.awaitEnd().cause()).isEqualTo(Cause.CANCELLED);
  }

  @Test
  void givesAnEmptyInputUnlessAskedFor() {
    var run = start(command("cat"));
    assertThat(run.awaitEnd().code()).isZero();
    assertThatThrownBy(() -> await(run.session().write(bytes(1))))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void endsACommandThatWritesTooMuch() {
    var run = run(maxOutput(shell("yes"), 100_000));
    assertThat(run.awaitEnd().cause()).isEqualTo(Cause.OUTPUT_LIMIT);
    assertThat(run.bytes()).hasSize(100_000);
  }

  @Test
  void endsWithTheCommandAndLeavesTheBackgroundRunning() {
    ExitReport report = run(shell("sleep 4714 & echo started")).awaitEnd();
    assertThat(report.code()).isZero();
    assertThat(report.durationMs()).isLessThan(10_000);
    assertThat(output("pgrep -fc '[s]leep 4714'")).isEqualTo("1");
    output("pkill -f '[s]leep 4714'");
  }

  @Test
  void endsTheBackgroundWithTheCommandWhenAsked() {
    ExecSpec spec = killChildren(shell("sleep 4715 & echo started"));
    assertThat(run(spec).awaitEnd().code()).isZero();
    assertThat(output("pgrep -fc '[s]leep 4715'")).isEqualTo("0");
  }

  @Test
  void runsManyAtOnce() {
    List<SandboxRuntimeContractRecorder> runs = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      runs.add(start(stdin(shell("echo " + i + "; read x; exit " + i))));
    }
    for (int i = 0; i < runs.size(); i++) {
      String expected = i + "\n";
      runs.get(i).awaitText(expected::equals);
    }
    for (var run : runs) {
      run.session().closeStdin();
    }
    for (int i = 0; i < runs.size(); i++) {
      assertThat(runs.get(i).awaitEnd().code()).isEqualTo(i);
    }
  }

  @Test
  void startsTheNextCommandAtTheMomentOneEnds() {
    Promise<List<Integer>> all = Promise.promise();
    List<Integer> codes = new ArrayList<>();
    Context context = vertx.getOrCreateContext();
    context.runOnContext(v -> next(codes, all));
    assertThat(await(all.future())).hasSize(CHAIN).containsOnly(7);
  }

  private void next(List<Integer> codes, Promise<List<Integer>> all) {
    if (codes.size() == CHAIN) {
      all.complete(codes);
      return;
    }
    ExecListener listener =
        new ExecListener() {
          @Override
          public void started(long pid) {}

          @Override
          public void output(Stream stream, Buffer bytes) {}

          @Override
          public void failed(String message) {
            all.fail(message);
          }

          @Override
          public void ended(ExitReport report) {
            codes.add(report.code());
            next(codes, all);
          }
        };
    runtime.exec(sandbox.handle(), shell("echo x; exit 7"), listener).onFailure(all::fail);
  }

  @Test
  void measuresWhatTheCommandUsed() {
    ExitReport report =
        run(command(
                "node", "-e", "const b = Buffer.alloc(5e7, 1); for (let i = 0; i < 3e8; i++) {}"))
            .awaitEnd();
    assertThat(report.code()).isZero();
    assertThat(report.cpuMs()).isPositive();
    assertThat(report.maxMemoryBytes()).isBetween(50_000_000L, LIMITS.memoryBytes());
    assertThat(report.durationMs()).isPositive();
  }
}
