package ai.bharatbuild.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.sandbox.ExitReport.Cause;
import ai.bharatbuild.sandbox.NewSandboxes;
import ai.bharatbuild.sandbox.OneShotResult;
import ai.bharatbuild.sandbox.OneShotRuntime;
import ai.bharatbuild.sandbox.OneShotRuntimeHarness;
import ai.bharatbuild.sandbox.OneShotSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Containers that wait for single commands. */
class DockerSpareIT extends OneShotRuntimeHarness {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern NAME = Pattern.compile("oneshot-[-0-9a-f]{36}");

  /** The command tells from where its workspace is mounted, and that names the sandbox. */
  private static final String WHO =
      "grep -o 'oneshot-[0-9a-f]\\{8\\}-[-0-9a-f]*' /proc/self/mountinfo | head -n 1";

  private final Set<String> used = new HashSet<>();
  private DockerOneShots sandboxes;

  @Override
  protected OneShotRuntime open() throws IOException {
    sandboxes = DockerOneShots.open(vertx, "", NewSandboxes.Overhead.AGENT);
    return sandboxes;
  }

  @Test
  void eachCommandGetsOneThatWaitedAndNobodyHadBefore() {
    used.add(name(output(WHO)));
    for (int i = 0; i < 3; i++) {
      OneShotResult result = inOneThatWaited(LIMITS, "ls -A /tmp; touch /tmp/left");
      assertThat(result.stdout().toString()).endsWith("\nwork\n");
    }
  }

  @Test
  void oneThatWaitedIsHeldToTheLimitsOfItsCommand() {
    OneShotSpec.Limits tight =
        new OneShotSpec.Limits(
            LIMITS.wall(), LIMITS.cpu(), 48 * MB, 0.5, 8, LIMITS.diskBytes(), LIMITS.maxOutput());
    String memory = "exec python3 -I -S -c \"b = bytearray(b'x') * (70 << 20)\"";
    String forks = "for i in $(seq 20); do sleep 60 & done";
    used.add(name(output(WHO)));
    assertThat(inOneThatWaited(tight, memory).exit().cause()).isEqualTo(Cause.OOM);
    assertThat(inOneThatWaited(LIMITS, memory).exit().cause()).isEqualTo(Cause.EXITED);
    assertThat(inOneThatWaited(LIMITS, forks).exit().cause()).isEqualTo(Cause.EXITED);
    assertThat(inOneThatWaited(tight, forks).exit().cause()).isEqualTo(Cause.PIDS_LIMIT);
  }

  /** Runs a line when at least one sandbox waits, and shows that it got one of these. */
  private OneShotResult inOneThatWaited(OneShotSpec.Limits limits, String line) {
    List<String> waiting = awaitWaiting();
    OneShotResult result = run(shell(limits, WHO + "; " + line));
    String name = name(result.stdout().toString());
    assertThat(waiting).contains(name);
    assertThat(used.add(name)).as("%s is new", name).isTrue();
    return result;
  }

  private static String name(String output) {
    Matcher matcher = NAME.matcher(output);
    assertThat(matcher.find()).as("a name in %s", output).isTrue();
    return matcher.group();
  }

  /** All sandboxes, when one waits and none of the used ones is there any more. */
  private List<String> awaitWaiting() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      boolean waiting = sandboxes.waiting() > 0;
      List<String> all = await(sandboxes.all());
      if (waiting && all.stream().noneMatch(used::contains)) {
        return all;
      }
      assertThat(System.nanoTime()).as("waiting sandboxes in time: %s", all).isLessThan(deadline);
      LockSupport.parkNanos(50_000_000);
    }
  }
}
