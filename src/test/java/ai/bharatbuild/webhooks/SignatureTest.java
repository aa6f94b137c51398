package ai.bharatbuild.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SignatureTest {
  /** The value was made with another program: {@code openssl dgst -sha256 -hmac}. */
  @Test
  void theHeaderIsWhatOtherProgramsCompute() {
    String header =
        Signature.header(
            List.of("whsec_test"),
            Instant.ofEpochSecond(1_700_000_000),
            Buffer.buffer("{\"a\":1}"));

    assertThat(header)
        .isEqualTo(
            "t=1700000000,v1=38877139021993b830af32feea6e18a8da83eb2f6e49ee50bd9e4cf4ca4d3789");
  }

  @Test
  void whileASecretIsReplacedBothSign() {
    String header = Signature.header(List.of("new", "old"), Instant.EPOCH, Buffer.buffer("{}"));

    assertThat(header).matches("t=0,v1=[0-9a-f]{64},v1=[0-9a-f]{64}");
    assertThat(Signature.newSecret()).matches("whsec_[A-Za-z0-9_-]{43}");
    assertThat(Signature.newSecret()).isNotEqualTo(Signature.newSecret());
  }

  @Property
  void waitsGrowToSixHoursAndAreNeverShorterThanHalfOfWhatIsDue(
      @ForAll @IntRange(min = 1, max = 100) int attempts, @ForAll long seed) {
    Duration wait = Backoff.after(attempts, new Random(seed));
    Duration due = Duration.ofSeconds(10).multipliedBy(1L << Math.min(2 * (attempts - 1), 40));
    Duration most = due.compareTo(Duration.ofHours(6)) < 0 ? due : Duration.ofHours(6);

    assertThat(wait).isBetween(most.dividedBy(2), most);
  }
}
