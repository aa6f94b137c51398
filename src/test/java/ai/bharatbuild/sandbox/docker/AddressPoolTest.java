package ai.bharatbuild.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.sandbox.Ipv4Range;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AddressPoolTest {
  private final AddressPool pool = new AddressPool(Ipv4Range.of("192.168.16.0/26"));

  @Test
  void givesTheUpperHalfButTheBroadcastAddressEachOnce() {
    Set<String> given = new HashSet<>();
    for (int i = 0; i < 31; i++) {
      given.add(pool.take());
    }
    assertThat(given).hasSize(31).contains("192.168.16.32", "192.168.16.62");
    assertThat(given).doesNotContain("192.168.16.31", "192.168.16.63");
    assertThat(pool.take()).isNull();
    pool.give("192.168.16.40");
    assertThat(pool.take()).isEqualTo("192.168.16.40");
  }

  @Test
  void givesWhatCameBackLast() {
    String first = pool.take();
    pool.give(first);
    for (int i = 0; i < 30; i++) {
      assertThat(pool.take()).isNotEqualTo(first);
    }
    assertThat(pool.take()).isEqualTo(first);
  }

  @Test
  void leavesOutWhatSomebodyHas() {
    pool.reserve(List.of("192.168.16.32", "192.168.16.33", "10.0.0.1"));
    assertThat(pool.take()).isEqualTo("192.168.16.34");
  }

  @Test
  void needsANetworkOfSomeSize() {
    assertThat(AddressPool.fits(Ipv4Range.of("192.168.16.0/26"))).isTrue();
    assertThat(AddressPool.fits(Ipv4Range.of("192.168.16.0/27"))).isFalse();
    assertThat(new AddressPool(Ipv4Range.of("172.18.0.0/16")).take()).isEqualTo("172.18.128.0");
  }
}
