package ai.bharatbuild.sandbox.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.sandbox.Ipv4Range;
import ai.bharatbuild.sandbox.NetworkPolicy;
import ai.bharatbuild.sandbox.NetworkPolicy.Destination;
import ai.bharatbuild.sandbox.NetworkPolicy.Mode;
import ai.bharatbuild.sandbox.ProjectType;
import ai.bharatbuild.sandbox.RuntimeUnavailableException;
import ai.bharatbuild.sandbox.Sandbox;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's table against what the firewall was told; needs root and nft. */
class GuestTableIT {
  private static final NetworkPolicy ALLOW =
      new NetworkPolicy(
          Mode.ALLOW,
          List.of(
              new Destination("named.example", null, List.of(443)),
              new Destination(null, Ipv4Range.of("10.1.0.0/16"), List.of())));

  @TempDir Path state;
  private final NetworkSettings settings =
      new NetworkSettings(
          "bharatbuild_test_" + ProcessHandle.current().pid(),
          "no-such-bridge",
          null,
          List.of(),
          List.of(new ExtraDestination(null, Ipv4Range.of("10.9.9.9"), 3128)));
  private final GuestTable table =
      new GuestTable(settings, name -> Set.of("198.51.100.7", "198.51.100.8"));

  @BeforeEach
  void open() throws Exception {
    table.open();
  }

  @AfterEach
  void remove() throws Exception {
    table.replace(List.of());
    table.close();
    assertThat(nft("list", "tables")).doesNotContain(settings.table());
  }

  private static String nft(String... words) throws Exception {
    List<String> command = new java.util.ArrayList<>(List.of("nft"));
    command.addAll(List.of(words));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private String verdicts() throws Exception {
    return nft("list", "map", "inet", settings.table(), "verdicts");
  }

  private static Guest guest(String handle, NetworkPolicy policy, int mark, String address) {
    return new Guest(handle, "i-" + handle, policy, mark, address);
  }

  @Test
  void anAddressHasThePolicyOfItsLastHolderOnly() throws Exception {
    table.bind(guest("old", NetworkPolicy.EGRESS, 11, "172.30.0.2"));
    table.bind(guest("new", ALLOW, 12, "172.30.0.2"));
    assertThat(verdicts()).contains("172.30.0.2 : goto allow_12").doesNotContain("egress");
    assertThat(nft("list", "set", "inet", settings.table(), "open")).doesNotContain("172.30.0.2");

    table.suspend("old");
    assertThat(verdicts()).contains("172.30.0.2 : goto allow_12");
    table.suspend("new");
    assertThat(verdicts()).doesNotContain("172.30.0.2");
  }

  /** The quick way to add one must come to the same as writing the whole. */
  @Test
  void addingOneIsLikeWritingAll() throws Exception {
    table.bind(guest("a", NetworkPolicy.EGRESS, 21, "172.30.0.2"));
    table.bind(guest("b", ALLOW, 22, "172.30.0.3"));
    table.bind(guest("c", ALLOW, 23, "172.30.0.4"));
    table.bind(guest("d", NetworkPolicy.EGRESS, 0x01020304, "172.30.0.5"));
    String added = nft("list", "table", "inet", settings.table());
    table.renew();
    assertThat(nft("list", "table", "inet", settings.table())).isEqualTo(added);
    assertThat(added).contains("198.51.100.8").contains("10.1.0.0/16").contains("10.9.9.9");
  }

  @Test
  void takingOneOutIsLikeWritingAll() throws Exception {
    table.bind(guest("a", NetworkPolicy.EGRESS, 21, "172.30.0.2"));
    table.bind(guest("b", ALLOW, 22, "172.30.0.3"));
    String before = nft("list", "table", "inet", settings.table());
    table.bind(guest("c", NetworkPolicy.EGRESS, 23, "172.30.0.4"));
    table.bind(guest("d", NetworkPolicy.EGRESS, 24, "172.30.0.5"));
    assertThat(verdicts()).contains("172.30.0.4 : goto egress").contains("172.30.0.5 ");
    table.remove("c");
    assertThat(verdicts()).doesNotContain("172.30.0.4 ").contains("172.30.0.5 ");
    table.suspend("d");
    assertThat(nft("list", "table", "inet", settings.table())).isEqualTo(before);
    table.bind(guest("d", NetworkPolicy.EGRESS, 25, "172.30.0.4"));
    assertThat(verdicts()).contains("172.30.0.4 : goto egress");
    assertThat(nft("list", "set", "inet", settings.table(), "live"))
        .contains("172.30.0.4 . 0x00000019");
  }

  @Test
  void oneThatSomebodyTookOutCanStillBeRemoved() throws Exception {
    table.bind(guest("a", NetworkPolicy.EGRESS, 31, "172.30.0.2"));
    table.bind(guest("b", NetworkPolicy.EGRESS, 32, "172.30.0.3"));
    nft("delete", "element", "inet", settings.table(), "live", "{ 172.30.0.2 . 31 }");
    table.remove("a");
    assertThat(verdicts()).doesNotContain("172.30.0.2 ").contains("172.30.0.3 ");
    nft("delete", "table", "inet", settings.table());
    table.remove("b");
    assertThat(verdicts()).doesNotContain("172.30.0.3 ");
  }

  @Test
  void aBatchThatTheKernelRefusesChangesNothing() throws Exception {
    table.bind(guest("a", NetworkPolicy.EGRESS, 41, "172.30.0.2"));
    byte[] address = {(byte) 172, 30, 0, 7};
    ElementBatch batch =
        ElementBatch.adding(settings.table())
            .element("open", address)
            .goingTo("verdicts", address, "no-such-chain");
    assertThatThrownBy(batch::commit).hasMessageContaining("error number 2");
    assertThat(nft("list", "set", "inet", settings.table(), "open")).doesNotContain("172.30.0.7");
  }

  @Test
  void aTableThatSomebodyChangedIsWrittenAnew() throws Exception {
    table.bind(guest("a", NetworkPolicy.EGRESS, 31, "172.30.0.2"));
    nft("delete", "table", "inet", settings.table());
    table.bind(guest("b", NetworkPolicy.EGRESS, 32, "172.30.0.3"));
    assertThat(verdicts()).contains("172.30.0.2 ").contains("172.30.0.3 ");
    assertThat(table.mended()).isFalse();
    nft("delete", "table", "inet", settings.table());
    assertThat(table.mended()).isTrue();
    assertThat(verdicts()).contains("172.30.0.2 ");
  }

  @Test
  void whereTheNetworkIsElsewhereAllowIsRefusedAndEgressPasses() throws Exception {
    Vertx vertx = Vertx.vertx();
    NftFirewall firewall =
        NftFirewall.start(
            vertx,
            new NetworkSettings(settings.table(), settings.bridge(), state, List.of(), List.of()));
    Sandbox sandbox =
        new Sandbox(
            "h",
            "w",
            "i",
            ProjectType.NODE,
            Sandbox.State.RUNNING,
            "172.30.0.9",
            Instant.now(),
            Instant.now(),
            Map.of(),
            null,
            Map.of());
    try {
      await(firewall.admit(sandbox, NetworkPolicy.EGRESS));
      assertThatThrownBy(() -> await(firewall.admit(sandbox, ALLOW)))
          .isInstanceOf(RuntimeUnavailableException.class)
          .hasMessageContaining("allow");
      assertThatThrownBy(() -> await(firewall.prepare("i", ALLOW)))
          .isInstanceOf(RuntimeUnavailableException.class);
      assertThat(firewall.trouble()).contains("not on this machine");
    } finally {
      await(firewall.close());
      await(vertx.close());
    }
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(20, TimeUnit.SECONDS);
  }
}
