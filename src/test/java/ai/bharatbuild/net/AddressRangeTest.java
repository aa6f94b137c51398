package ai.bharatbuild.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
  @ParameterizedTest
  @CsvSource({
    "10.1.0.0/16, 10.1.255.3, true",
    "10.1.0.0/16, 10.2.0.0, false",
    "10.1.2.128/25, 10.1.2.127, false",
    "10.1.2.128/25, 10.1.2.200, true",
    "192.0.2.1, 192.0.2.1, true",
    "192.0.2.1, 192.0.2.2, false",
    "192.0.2.1, ::ffff:192.0.2.1, true",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "::/0, 2001:db8::1, true",
    "::/0, localhost, false",
    "fe80::/10, fe80::1%eth0, true"
  })
  void addressesAreInARangeByTheirFirstBits(String range, String address, boolean in) {
    assertThat(AddressRange.parse(range).orElseThrow().contains(address)).isEqualTo(in);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/08",
        "::/129",
        "localhost",
        "10.0.0",
        "1.2.3.4/",
        "a/8"
      })
  void otherTextsAreNoRange(String text) {
    assertThat(AddressRange.parse(text)).isEmpty();
  }

  @Test
  void aPartyHasAWholeIpv6Network() {
    assertThat(AddressRange.party("192.0.2.1")).isEqualTo("192.0.2.1");
    assertThat(AddressRange.party("::ffff:192.0.2.1")).isEqualTo("192.0.2.1");
    assertThat(AddressRange.party("2001:db8:1:2:3::4"))
        .isEqualTo(AddressRange.party("2001:db8:1:2:ffff::9"))
        .isNotEqualTo(AddressRange.party("2001:db8:1:3::1"));
  }
}
