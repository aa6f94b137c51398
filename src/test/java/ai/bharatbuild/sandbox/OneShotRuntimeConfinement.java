package ai.bharatbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.sandbox.ExitReport.Cause;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps commands in, whatever runs them. */
public abstract class OneShotRuntimeConfinement extends OneShotRuntimeHarness {
  @Test
  void hasNoRights() {
    String status = output("id -u; cat /proc/self/status");
    assertThat(status.lines().findFirst().orElseThrow()).isNotEqualTo("0");
    for (String set : new String[] {"CapInh", "CapPrm", "CapEff", "CapBnd"}) {
      assertThat(status).contains(set + ":\t0000000000000000");
    }
    String none = "import ctypes; print(ctypes.CDLL(None).prctl(39, 0, 0, 0, 0))";
    assertThat(run(python(LIMITS, none)).stdout()).as("no new privileges").hasToString("1\n");
    if (hostKernel()) {
      assertThat(status).contains("CapAmb:\t0000000000000000").contains("Seccomp:\t2");
    }
  }

  /** Whether commands speak to the kernel of the host, and not to one of their sandbox's own. */
  protected boolean hostKernel() {
    return true;
  }

  @Test
  void cannotEndTheSandboxsFirstProcess() {
    assertThat(output("kill -9 1 2>/dev/null; kill -TERM 1 2>/dev/null; echo alive"))
        .isEqualTo("alive\n");
  }

  @Test
  void hasNoNetwork() throws Exception {
    String interfaces = output("tail -n +3 /proc/net/dev | cut -d: -f1");
    assertThat(interfaces.split("\\s+")).filteredOn(s -> !s.isEmpty()).containsOnly("lo");
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      OneShotResult result =
          run(
              python(
                  LIMITS,
                  "import socket; socket.create_connection(('127.0.0.1', %d), 5)"
                      .formatted(server.getLocalPort())));
      assertThat(result.exit().code()).isEqualTo(1);
      assertThat(result.stderr().toString()).contains("ConnectionRefused");
    }
  }

  @Test
  void nothingOfOneRunIsSeenByTheNext() {
    output("echo secret >/tmp/left; echo secret >left; echo secret >/dev/shm/left; sleep 300 &");
    assertThat(
            output("find /tmp /dev/shm -name left; ps ax 2>/dev/null | grep -c '[s]leep' || true"))
        .isIn("0\n", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/usr",
        "/usr/bin",
        "/etc",
        "/run",
        "/dev",
        "/proc",
        "/sys",
        "/home",
        "/root",
        "/var",
        "/workspace"
      })
  void cannotWriteTo(String directory) {
    assertThat(output("touch " + directory + "/new 2>/dev/null && echo written || echo refused"))
        .isEqualTo("refused\n");
  }

  @Test
  void seesNothingOfTheHost() throws Exception {
    Path secret = Files.createTempFile("bharatbuild-secret-", ".txt");
    try {
      Files.writeString(secret, "the host's secret");
      assertThat(output("cat " + secret + " 2>/dev/null || echo none")).isEqualTo("none\n");
    } finally {
      Files.delete(secret);
    }
    assertThat(output("ls -A /root /home 2>/dev/null | grep -v : | tr -d '\\n'; echo ."))
        .isEqualTo(".\n");
    assertThat(output("cat /etc/shadow 2>/dev/null | wc -c")).isEqualTo("0\n");
    assertThat(
            output("find / -xdev -type s 2>/dev/null; ls /var/run/docker.sock 2>/dev/null; echo ."))
        .isEqualTo(".\n");
    assertThat(output("cat /proc/1/mem 2>/dev/null | wc -c")).isEqualTo("0\n");
    String first = output("cat /proc/1/environ 2>/dev/null | tr '\\0' '\\n'");
    if (hostKernel()) {
      assertThat(first).isEmpty();
    }
    String pids = output("set -- /proc/[0-9]*; echo $#");
    assertThat(Integer.parseInt(pids.strip())).isLessThan(12);
    String environment = first + output("env");
    System.getenv()
        .forEach(
            (name, value) -> {
              if (value.length() > 12 && !name.equals("PATH") && !value.startsWith("/etc/ssl/")) {
                assertThat(environment).doesNotContain(name + "=" + value);
              }
            });
  }

  @Test
  void cannotMakeNamespacesOrMounts() {
    String tries =
        """
        import ctypes, errno
        libc = ctypes.CDLL(None, use_errno=True)
        def told(result): return errno.errorcode.get(ctypes.get_errno(), '0') if result != 0 else 'done'
        print(told(libc.mount(b'none', b'/tmp', b'tmpfs', 0, None)),
              told(libc.syscall(101, 16, 1, 0, 0)),
              told(libc.unshare(0x10000000)), told(libc.unshare(0x20000)),
              told(libc.mount(b'none', b'/tmp', b'tmpfs', 0, None)))
        """;
    List<String> told =
        new ArrayList<>(List.of(run(python(LIMITS, tries)).stdout().toString().split("\\s+")));
    assertThat(told).hasSize(5);
    if (!hostKernel()) {
      // Namespaces of a kernel that is the command's own show it nothing of the host's.
      told.subList(2, 4).clear();
    }
    assertThat(told).doesNotContain("done", "0");
  }

  @Test
  void aForkBombEndsByItself() {
    OneShotSpec.Limits limits = wall(java.time.Duration.ofSeconds(3));
    ExitReport exit =
        end(python(limits, "import os\nwhile True:\n  try: os.fork()\n  except OSError: pass"));
    assertThat(exit.cause()).isIn(Cause.TIMEOUT, Cause.CPU_LIMIT, Cause.OOM, outOfProcesses());
    assertThat(output("echo next")).isEqualTo("next\n");
  }

  /** What else starting too many processes can end with, though it only makes them fail. */
  protected Cause outOfProcesses() {
    return Cause.TIMEOUT;
  }

  @Test
  void sharedMemoryIsLimited() {
    String fill = "cd /dev/shm; for i in $(seq 20); do dd if=/dev/zero of=$i bs=1M count=8; done";
    String size = output("(" + fill + ") 2>/dev/null; du -sk /dev/shm | cut -f1");
    assertThat(Long.parseLong(size.strip())).isBetween(48L << 10, 64L << 10);
  }
}
