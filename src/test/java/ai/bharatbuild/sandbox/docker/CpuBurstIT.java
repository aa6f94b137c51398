package ai.bharatbuild.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.bharatbuild.sandbox.Limits;
import ai.bharatbuild.sandbox.Sandbox;
import ai.bharatbuild.sandbox.SandboxRuntime;
import ai.bharatbuild.sandbox.SandboxRuntimeContractHarness;
import com.github.dockerjava.api.DockerClient;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A sandbox may save one period's share of the processor, whatever becomes of its share. */
class CpuBurstIT extends SandboxRuntimeContractHarness {
  @Override
  protected SandboxRuntime open(Vertx vertx, String serverId) {
    return DockerTestSetup.openBySocket(vertx, serverId);
  }

  @Override
  protected void give(Path workspace) throws IOException {
    DockerTestSetup.give(workspace);
  }

  @Override
  protected int uid() {
    return DockerTestSetup.UID;
  }

  @Test
  void followsTheShare() throws Exception {
    assumeTrue(DockerTestSetup.ROOT, "only root writes to control groups");
    Sandbox made = await(runtime.create(spec(newWorkspace())));
    assertThat(saved(made)).isEqualTo(share(made)).isPositive();

    await(runtime.limit(made.handle(), withCpus(LIMITS.cpus() / 4)));
    long less = share(made);
    assertThat(less).isEqualTo(Math.round(LIMITS.cpus() / 4 * 100_000));
    assertThat(saved(made)).isEqualTo(less);

    await(runtime.limit(made.handle(), withCpus(LIMITS.cpus())));
    assertThat(saved(made)).isEqualTo(share(made)).isGreaterThan(less);

    await(runtime.stop(made.handle(), Duration.ZERO));
    await(runtime.start(made.handle()));
    assertThat(saved(made)).isEqualTo(share(made)).isPositive();
    await(runtime.remove(made.handle()));
  }

  private static Limits withCpus(double cpus) {
    return new Limits(
        LIMITS.memoryBytes(),
        cpus,
        LIMITS.pids(),
        LIMITS.fileBytes(),
        LIMITS.tmpfsBytes(),
        LIMITS.openFiles());
  }

  private static long saved(Sandbox sandbox) throws IOException {
    return number(sandbox, "cpu.cfs_burst_us", "cpu.max.burst");
  }

  private static long share(Sandbox sandbox) throws IOException {
    return number(sandbox, "cpu.cfs_quota_us", "cpu.max");
  }

  private static long number(Sandbox sandbox, String first, String second) throws IOException {
    try (DockerClient docker = DockerControl.client(DockerTestSetup.SOCKET)) {
      Long pid = docker.inspectContainerCmd(sandbox.handle()).exec().getState().getPidLong();
      Path group = CpuBurst.group(pid, sandbox.handle());
      Path file = group.resolve(first);
      String text = Files.readString(Files.exists(file) ? file : group.resolve(second));
      return Long.parseLong(text.strip().split(" ")[0]);
    }
  }
}
