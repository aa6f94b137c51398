package ai.bharatbuild.sandbox.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HostResolversTest {
  @Test
  void keepsTheOrderAndWhatElseIsSaid() {
    HostResolvers found =
        HostResolvers.of(
            List.of(
                "# by hand",
                "search  example.com corp.example",
                "nameserver 192.0.2.53",
                "nameserver\t192.0.2.10",
                "options ndots:2 edns0",
                ""));
    assertThat(found.addresses()).containsExactlyInAnyOrder("192.0.2.53", "192.0.2.10");
    assertThat(found.text())
        .isEqualTo(
            """
            search example.com corp.example
            nameserver 192.0.2.53
            nameserver 192.0.2.10
            options ndots:2 edns0
            """);
  }

  @Test
  void leavesOutWhatIsAnotherServerInASandboxOrCannotBeReached() {
    HostResolvers found =
        HostResolvers.of(
            List.of(
                "nameserver 127.0.0.53",
                "nameserver fd00::53",
                "nameserver 192.0.2.0/24",
                "nameserver"));
    assertThat(found.addresses()).isEmpty();
    assertThat(found.text()).isEmpty();
  }
}
