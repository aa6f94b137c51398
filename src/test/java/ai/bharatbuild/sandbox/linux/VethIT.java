package ai.bharatbuild.sandbox.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Cables to real network namespaces, seen with the system's own program. */
class VethIT {
  private static final String BRIDGE = "vbr" + ProcessHandle.current().pid() % 1_000_000;
  private static final String NAME = "vth" + ProcessHandle.current().pid() % 1_000_000;
  private static final String GATEWAY = "198.51.100.129";
  private static final String ADDRESS = "198.51.100.200";
  private final Veth veth = new Veth(NAME, BRIDGE, ADDRESS, 25, GATEWAY);
  private Process inside;

  @BeforeEach
  void make() throws Exception {
    assumeTrue((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0);
    run("ip", "link", "add", BRIDGE, "type", "bridge");
    run("ip", "addr", "add", GATEWAY + "/25", "dev", BRIDGE);
    run("ip", "link", "set", BRIDGE, "up");
    inside = new ProcessBuilder("unshare", "-n", "cat").start();
    // It answers from where it was sent to.
    inside.getOutputStream().write('\n');
    inside.getOutputStream().flush();
    assertThat(inside.getInputStream().read()).isEqualTo('\n');
  }

  @AfterEach
  void remove() throws Exception {
    if (inside != null) {
      inside.destroyForcibly().waitFor();
      run("ip", "link", "del", BRIDGE);
    }
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + ": " + output).isZero();
    return output;
  }

  private String within(String... command) throws IOException, InterruptedException {
    String[] all = new String[command.length + 4];
    System.arraycopy(command, 0, all, 4, command.length);
    all[0] = "nsenter";
    all[1] = "-t";
    all[2] = Long.toString(inside.pid());
    all[3] = "-n";
    return run(all);
  }

  private NetworkNamespace namespace() throws IOException {
    return NetworkNamespace.ofProcess(inside.pid());
  }

  @Test
  void reachesTheBridgeAndItsRoute() throws Exception {
    try (NetworkNamespace namespace = namespace()) {
      assertThat(namespace.isOwn()).isFalse();
      veth.connect(namespace);
    }
    assertThat(within("ip", "-4", "-o", "addr", "show", "eth0"))
        .contains("inet " + ADDRESS + "/25 brd 198.51.100.255 ");
    assertThat(within("ip", "-o", "link", "show", "eth0"))
        .contains("state UP")
        .contains("link/ether 02:42:c6:33:64:c8");
    assertThat(within("ip", "route")).contains("default via " + GATEWAY + " dev eth0");
    assertThat(run("bridge", "-d", "link", "show", "dev", NAME)).contains("isolated on");
    try (NetworkNamespace own = NetworkNamespace.ofProcess(ProcessHandle.current().pid())) {
      assertThat(own.isOwn()).isTrue();
    }
  }

  @Test
  void takesThePlaceOfOneOfTheSameName() throws Exception {
    try (NetworkNamespace namespace = namespace()) {
      veth.connect(namespace);
      veth.connect(namespace);
    }
    assertThat(within("ip", "-4", "-o", "addr", "show", "eth0")).contains(ADDRESS);
  }

  @Test
  void leavesNothingWhenItFails() throws Exception {
    try (NetworkNamespace namespace = namespace()) {
      Veth wrong = new Veth(NAME, BRIDGE, ADDRESS, 25, "203.0.113.1");
      assertThatThrownBy(() -> wrong.connect(namespace)).isInstanceOf(IOException.class);
      assertThat(Veth.exists(NAME)).isFalse();
      veth.connect(namespace);
      veth.remove();
      assertThat(Veth.exists(NAME)).isFalse();
    }
    assertThat(within("ip", "-o", "link")).doesNotContain("eth0");
  }

  @Test
  void goesWithTheNamespace() throws Exception {
    try (NetworkNamespace namespace = namespace()) {
      veth.connect(namespace);
    }
    assertThat(Veth.exists(NAME)).isTrue();
    inside.destroyForcibly().waitFor();
    long end = System.nanoTime() + 10_000_000_000L;
    while (Veth.exists(NAME) && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(Veth.exists(NAME)).isFalse();
  }

  @Test
  void isTriedWithoutATrace() throws Exception {
    Veth.check();
    assertThat(run("ip", "-o", "link")).doesNotContain(" outside");
  }
}
