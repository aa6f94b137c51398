package ai.bharatbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.sandbox.ExitReport.Cause;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Terminals, and the limits that the agent itself measures. */
public abstract class SandboxRuntimeContractTerminal extends SandboxRuntimeContractHarness {
  private static final ExecSpec.Pty SIZE = new ExecSpec.Pty(100, 40);

  @Test
  void givesACommandATerminalOfThatSize() {
    var run =
        start(shell("test -t 0 && test -t 1 && test -t 2 && stty size; exit 3").withPty(SIZE));
    assertThat(run.awaitEnd().code()).isEqualTo(3);
    assertThat(run.text()).isEqualTo("40 100\r\n");
    assertThat(run.errors()).isEmpty();
  }

  @Test
  void resizesATerminal() {
    // No other program is begun before: dash loses a signal that comes while it begins one.
    String line = "trap 'stty size; exit 4' WINCH; echo ready; while :; do :; done";
    var run = start(shell(line).withPty(SIZE));
    run.awaitText(text -> text.contains("ready"));
    await(run.session().resize(120, 50));
    assertThat(run.awaitEnd().code()).isEqualTo(4);
    assertThat(run.text()).isEqualTo("ready\r\n50 120\r\n");
  }

  @Test
  void writesToATerminal() {
    var run = start(shell("while read x; do echo \"got $x\"; done; exit 6").withPty(SIZE));
    await(run.session().write(Buffer.buffer("hello\n")));
    run.awaitText(text -> text.contains("got hello"));
    await(run.session().closeStdin());
    assertThat(run.awaitEnd().code()).isEqualTo(6);
  }

  @Test
  void interruptsFromATerminal() {
    // No other program is begun: dash loses an interrupt that comes while it begins one.
    var run = start(command("sh", "-c", "echo ready; exec sleep 4722").withPty(SIZE));
    run.awaitText(text -> text.contains("ready"));
    await(run.session().write(Buffer.buffer("\u0003")));
    assertThat(run.awaitEnd().cause()).isIn(Cause.SIGNALLED, Cause.EXITED);
    assertThat(output("pgrep -fc '[s]leep 4722'")).isEqualTo("0");
  }

  @Test
  void refusesToResizeWhatIsNoTerminal() {
    var run = start(stdin(command("cat")));
    assertThatThrownBy(() -> await(run.session().resize(10, 10)))
        .isInstanceOf(IllegalStateException.class);
    run.session().cancel();
    run.awaitEnd();
  }

  @Test
  void endsACommandThatComputesTooLong() {
    ExecSpec spec =
        shell("setsid sh -c 'while :; do :; done' & while :; do :; done")
            .withCpuTime(Duration.ofMillis(400));
    ExitReport report = run(spec).awaitEnd();
    assertThat(report.cause()).isEqualTo(Cause.CPU_LIMIT);
    assertThat(report.durationMs()).isLessThan(20_000);
    assertThat(output("pgrep -fc 'while [:]; do'")).isEqualTo("0");
  }

  @Test
  void countsTheMemoryOfTheWholeTree() {
    String allocate = "node -e 'const b = Buffer.alloc(40e6, 1); setTimeout(() => b, 700)'";
    ExitReport report = run(shell(allocate + " & " + allocate + "; wait")).awaitEnd();
    assertThat(report.code()).isZero();
    assertThat(report.maxMemoryBytes()).isGreaterThan(100_000_000L);
  }

  @Test
  void tellsAFullDiskFromOtherFailures() {
    ExecSpec plain = shell("head -c 40000000 /dev/zero > full");
    ExecSpec spec =
        new ExecSpec(
            plain.execId(),
            plain.argv(),
            java.util.Map.of(),
            "/tmp",
            plain.timeout(),
            0,
            false,
            false);
    assertThat(run(spec).awaitEnd().cause()).isEqualTo(Cause.DISK_LIMIT);
    output("rm -f /tmp/full");
    assertThat(run(shell("exit 1")).awaitEnd().cause()).isEqualTo(Cause.EXITED);
  }
}
