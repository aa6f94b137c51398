package ai.bharatbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.sandbox.ExitReport.Cause;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What every runtime keeps a command from. */
public abstract class SandboxRuntimeContractConfinement extends SandboxRuntimeContractHarness {

  @Test
  void runsCommandsWithoutAnyPrivilege() {
    Map<String, String> status = new TreeMap<>();
    output("cat /proc/self/status")
        .lines()
        .map(line -> line.split(":\\s*", 2))
        .forEach(field -> status.put(field[0], field[1]));
    String uid = Integer.toString(uid());
    assertThat(status.get("Uid").split("\\s+")).containsOnly(uid);
    assertThat(status.get("Gid").split("\\s+")).containsOnly(uid);
    assertThat(status.get("Groups")).isBlank();
    for (String set : new String[] {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"}) {
      assertThat(status.get(set)).as(set).isEqualTo("0000000000000000");
    }
    assertThat(status.get("NoNewPrivs")).isEqualTo("1");
    assertThat(status.get("Seccomp")).isEqualTo("2");
  }

  @Test
  void cannotDisturbTheAgent() {
    assertThat(
            run(shell(
                    "kill -9 1; kill -STOP 1; for p in $(pgrep -f bharatbuild/[a]gent); do kill -9 $p; done; echo still here"))
                .text())
        .isEqualTo("still here\n");
    assertThat(output("cat /proc/1/environ /proc/1/mem >/dev/null 2>&1 || echo refused"))
        .isEqualTo("refused");
  }

  @Test
  void mayWriteOnlyWhereItShould() {
    assertThat(run(shell("touch /x; touch /etc/x; touch /usr/x; touch /var/tmp/x")).errors())
        .hasLineCount(4)
        .doesNotContain("/workspace");
    assertThat(output("awk '$2 == \"/\" {print $4}' /proc/mounts")).startsWith("ro");
    assertThat(output("touch /workspace/x /tmp/x /dev/shm/x && echo ok; rm /workspace/x"))
        .isEqualTo("ok");
    assertThat(output("cp /bin/true /tmp/tool && /tmp/tool && echo runs")).isEqualTo("runs");
    String tmp = output("awk '$2 == \"/tmp\" {print $4}' /proc/mounts");
    assertThat(tmp.split(","))
        .contains("nosuid", "nodev", "size=" + LIMITS.tmpfsBytes() / 1024 + "k");
  }

  @Test
  void limitsTheTemporaryDirectory() {
    var run =
        run(shell("head -c " + 2 * LIMITS.tmpfsBytes() + " /dev/zero >/tmp/large; rm /tmp/large"));
    assertThat(run.errors()).contains("No space left");
  }

  @Test
  void hasNoWayToTheEngine() {
    assertThat(output("find / -name 'docker.sock' -o -name 'containerd.sock' 2>/dev/null | wc -l"))
        .isEqualTo("0");
    assertThat(output("ls /dev | grep -E '^(sd|vd|nvme|mem|kmsg|fuse|kvm)' | wc -l"))
        .isEqualTo("0");
  }

  @Test
  void namesTheMemoryLimitAsTheCause() {
    var run = run(command("node", "--max-old-space-size=4000", "-e", HUNGRY));
    assertThat(run.awaitEnd().cause()).isEqualTo(Cause.OOM);
    assertThat(output("echo alive")).isEqualTo("alive");
  }

  @Test
  void countsSwapAsMemory() {
    assertThat(
            output(
                "cat /sys/fs/cgroup/memory/memory.memsw.limit_in_bytes 2>/dev/null"
                    + " || cat /sys/fs/cgroup/memory.swap.max 2>/dev/null || awk '/SwapTotal/ {print $2}' /proc/meminfo"))
        .isIn(Long.toString(LIMITS.memoryBytes()), "0");
  }

  @Test
  void namesTheProcessLimitAsTheCause() {
    ExecSpec bomb = killChildren(shell("for i in $(seq 300); do sleep 4718 & done; exit 2"));
    assertThat(run(bomb).awaitEnd().cause()).isEqualTo(Cause.PIDS_LIMIT);
    assertThat(output("pgrep -fc '[s]leep 4718'")).isEqualTo("0");
  }

  @Test
  void namesTheFileSizeLimitAsTheCause() {
    var run = run(shell("head -c " + 2 * LIMITS.fileBytes() + " /dev/zero >large"));
    assertThat(run.awaitEnd().cause()).isEqualTo(Cause.DISK_LIMIT);
    assertThat(output("stat -c %s large; rm large")).isEqualTo(Long.toString(LIMITS.fileBytes()));
  }

  @Test
  void doesNotBlameALimitThatACommandCopedWith() {
    var run =
        run(shell("head -c " + 2 * LIMITS.fileBytes() + " /dev/zero >large; rm large; exit 0"));
    assertThat(run.awaitEnd().cause()).isEqualTo(Cause.EXITED);
  }

  @Test
  void limitsOpenFilesAndCores() {
    assertThat(output("ulimit -n; ulimit -Hn; ulimit -c"))
        .isEqualTo(LIMITS.openFiles() + "\n" + LIMITS.openFiles() + "\n0");
  }

  @Test
  void cannotReachAnotherSandbox() throws Exception {
    Sandbox other = await(runtime.create(spec(newWorkspace())));
    var server = start(other, command("node", "-e", LISTEN));
    server.awaitText("listening\n"::equals);
    String connect =
        "const s = require('net').connect(8124, '"
            + other.address()
            + "'); s.setTimeout(1500, () => { console.log('silent'); process.exit() });"
            + "s.on('connect', () => { console.log('connected'); process.exit() });"
            + "s.on('error', e => { console.log('refused'); process.exit() });";
    assertThat(run(command("node", "-e", connect)).text()).isIn("silent\n", "refused\n");
    assertThat(run(other, command("node", "-e", connect)).text()).isEqualTo("connected\n");
    await(runtime.remove(other.handle()));
    server.awaitEnd();
  }

  @Test
  void hasNoNetworkWhenItShallHaveNone() throws Exception {
    Sandbox alone = await(runtime.create(spec(newWorkspace(), ProjectType.NODE, LIMITS, false)));
    assertThat(alone.address()).isNull();
    assertThat(run(alone, shell("ls /sys/class/net")).text()).isEqualTo("lo\n");
    await(runtime.remove(alone.handle()));
  }

  @Test
  void installsFromThePackageRegistry() {
    var run = run(shell("npm view is-number@7.0.0 version --loglevel=error"));
    assertThat(run.text() + run.errors()).isEqualTo("7.0.0\n");
  }

  private static final String HUNGRY = "const all = []; for (;;) all.push(Buffer.alloc(20e6, 1))";
  private static final String LISTEN =
      "require('net').createServer(s => s.end()).listen(8124, () => console.log('listening'))";
}
