package ai.bharatbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.sandbox.ExitReport.Cause;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every runtime of single commands must do. */
public abstract class OneShotRuntimeContract extends OneShotRuntimeHarness {
  private static final Duration SHORT = Duration.ofMillis(1500);

  @Test
  void describesItself() {
    assertThat(await(runtime.ping())).matches(".+: .+");
  }

  @Test
  void runsACommandAndGivesItsStreamsAndCode() {
    OneShotResult result = run(shell("echo out; echo err >&2; exit 3"));
    assertThat(result.stdout()).hasToString("out\n");
    assertThat(result.stderr()).hasToString("err\n");
    assertThat(result.stdoutTruncated()).isFalse();
    assertThat(result.stderrTruncated()).isFalse();
    assertThat(result.exit().cause()).isEqualTo(Cause.EXITED);
    assertThat(result.exit().code()).isEqualTo(3);
    assertThat(result.exit().signal()).isNull();
  }

  @Test
  void givesInputFilesVariablesAndArgumentsAsTheyAre() {
    byte[] bytes = new byte[300_000];
    new java.util.Random(7).nextBytes(bytes);
    OneShotSpec spec =
        new OneShotSpec(
            ProjectType.PYTHON,
            List.of(
                "/bin/sh",
                "-c",
                "pwd; cat a/b/c.txt; echo \"$1|$NAME|$HOME\"; sha256sum <big; sha256sum",
                "sh",
                "a 'b' $c\n*"),
            Map.of("NAME", "x=y z"),
            Buffer.buffer(bytes),
            Map.of("a/b/c.txt", Buffer.buffer("in a file\n"), "big", Buffer.buffer(bytes)),
            LIMITS);
    String[] lines = run(spec).stdout().toString().split("\n");
    assertThat(lines[0]).isEqualTo(OneShotRuntime.WORK);
    assertThat(lines[1]).isEqualTo("in a file");
    assertThat(lines[2] + "\n" + lines[3]).isEqualTo("a 'b' $c\n*|x=y z|" + OneShotRuntime.WORK);
    assertThat(lines[4]).isEqualTo(lines[5]).hasSizeGreaterThan(60);
  }

  @Test
  void inputThatNobodyReadsHoldsNothingUp() {
    OneShotSpec spec =
        new OneShotSpec(
            ProjectType.PYTHON,
            List.of("true"),
            Map.of(),
            Buffer.buffer(new byte[2 << 20]),
            Map.of(),
            LIMITS);
    assertThat(end(spec).code()).isZero();
  }

  @Test
  void saysThatAProgramIsNotThere() {
    OneShotResult result = run(spec(LIMITS, "no-such-program"));
    assertThat(result.exit().code()).isEqualTo(127);
    assertThat(result.exit().cause()).isEqualTo(Cause.EXITED);
    assertThat(result.stderr().toString()).contains("no-such-program");
  }

  @Test
  void aSignalAndACodeThatLooksLikeOneAreTwoThings() {
    ExitReport killed = end(shell("kill -9 $$"));
    assertThat(killed.signal()).isEqualTo(9);
    assertThat(killed.code()).isNull();
    assertThat(killed.cause()).isEqualTo(Cause.SIGNALLED);
    ExitReport exited = end(shell("exit 137"));
    assertThat(exited.code()).isEqualTo(137);
    assertThat(exited.signal()).isNull();
    assertThat(exited.cause()).isEqualTo(Cause.EXITED);
  }

  @Test
  void measures() {
    ExitReport exit =
        end(
            python(
                LIMITS,
                """
                import time
                b = bytearray(b'x') * (48 << 20)
                end = time.process_time() + 0.3
                while time.process_time() < end: pass
                """));
    assertThat(exit.code()).isZero();
    assertThat(exit.cpuMs()).isBetween(300L, 5_000L);
    assertThat(exit.durationMs()).isGreaterThanOrEqualTo(300);
    assertThat(exit.maxMemoryBytes()).isBetween(48 * MB, 120 * MB);
  }

  @Test
  void endsTheWholeTreeWhenTimeIsUpAndKeepsWhatItWrote() {
    long begun = System.nanoTime();
    OneShotResult result =
        run(
            shell(
                wall(SHORT),
                "echo begun; trap '' TERM; setsid sh -c 'trap \"\" TERM; sleep 300' & sleep 300"));
    assertThat(result.exit().cause()).isEqualTo(Cause.TIMEOUT);
    assertThat(result.stdout()).hasToString("begun\n");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));
    assertThat(result.exit().durationMs()).isGreaterThanOrEqualTo(SHORT.toMillis());
  }

  @Test
  void whatIsLeftInTheBackgroundDelaysNothing() {
    OneShotResult result = run(shell("sleep 300 & setsid sleep 300 & echo done"));
    assertThat(result.stdout()).hasToString("done\n");
    assertThat(result.exit().code()).isZero();
    assertThat(result.exit().durationMs()).isLessThan(20_000);
  }

  @Test
  void tellsTheLimitOfProcessorTime() {
    ExitReport exit = end(python(cpu(Duration.ofSeconds(1)), "while True: pass"));
    assertThat(exit.cause()).isEqualTo(Cause.CPU_LIMIT);
    assertThat(exit.cpuMs()).isBetween(900L, 5_000L);
  }

  @Test
  void tellsThatMemoryRanOut() {
    assertThat(end(python(LIMITS, "b = bytearray(b'x') * (400 << 20)")).cause())
        .isIn(outOfMemory());
    assertThat(end(python(LIMITS, "b = bytearray(b'x') * (40 << 20)")).cause())
        .isEqualTo(Cause.EXITED);
  }

  /** What a command that wants too much memory may end with. */
  protected Set<Cause> outOfMemory() {
    return Set.of(Cause.OOM);
  }

  @Test
  void tellsThatProcessesRanOut() {
    String forks = "import os,time\nfor i in range(%d):\n  if os.fork() == 0: time.sleep(60)";
    assertThat(end(python(LIMITS, forks.formatted(100))).cause()).isEqualTo(outOfProcesses());
    assertThat(end(python(LIMITS, forks.formatted(10))).cause()).isEqualTo(Cause.EXITED);
  }

  /** What a command that starts too many processes ends with. */
  protected Cause outOfProcesses() {
    return Cause.PIDS_LIMIT;
  }

  @Test
  void tellsThatTheDiskIsFull() {
    assertThat(end(shell("dd if=/dev/zero of=one bs=1M count=100")).cause())
        .isEqualTo(Cause.DISK_LIMIT);
    String many = "for i in $(seq 10); do dd if=/dev/zero of=$i bs=1M count=%d || exit; done";
    assertThat(end(shell(many.formatted(4))).cause()).isEqualTo(Cause.DISK_LIMIT);
    assertThat(end(shell(many.formatted(1))).cause()).isEqualTo(Cause.EXITED);
  }

  @Test
  void keepsAllOutputUpToTheLimitAndNoMore() {
    OneShotResult whole = run(shell(maxOutput(200_000), "head -c 200000 /dev/zero"));
    assertThat(whole.stdout().length()).isEqualTo(200_000);
    assertThat(whole.exit().cause()).isEqualTo(Cause.EXITED);
    assertThat(whole.stdoutTruncated()).isFalse();

    OneShotResult cut = run(shell(maxOutput(200_000), "yes"));
    assertThat(cut.stdout().length()).isEqualTo(200_000);
    assertThat(cut.exit().cause()).isEqualTo(Cause.OUTPUT_LIMIT);
    assertThat(cut.stdoutTruncated()).isTrue();
  }

  @Test
  void canBeCancelledWithWhatItWrote() {
    OneShotRuntime.Run run = runtime.run(shell("echo begun; sleep 300"));
    vertx.setTimer(1_000, id -> run.cancel());
    OneShotResult result = await(run.result());
    run.cancel();
    assertThat(result.exit().cause()).isEqualTo(Cause.CANCELLED);
    assertThat(result.exit().durationMs()).isLessThan(60_000);
  }

  @Test
  void runsManyAtOnceEachForItself() {
    List<OneShotRuntime.Run> runs = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      runs.add(runtime.run(shell("echo " + i + " >mine; sleep 0.2; cat *; ls -A | wc -l")));
    }
    for (int i = 0; i < 6; i++) {
      assertThat(await(runs.get(i).result()).stdout()).hasToString(i + "\n1\n");
    }
  }
}
