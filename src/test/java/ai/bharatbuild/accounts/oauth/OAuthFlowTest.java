package ai.bharatbuild.accounts.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.db.TestDatabase;
import ai.bharatbuild.kv.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class OAuthFlowTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final MemoryStore store = new MemoryStore();

  private OAuthFlow flow(int key) {
    byte[] bytes = new byte[OAuthFlow.KEY_BYTES];
    bytes[0] = (byte) key;
    return new OAuthFlow(bytes, store, now::get);
  }

  @Test
  void bothHalvesKnowTheSameVerifier() throws Exception {
    OAuthFlow.Attempt begun = flow(1).begin("google");
    OAuthFlow.Attempt ended =
        TestDatabase.await(flow(1).end("google", begun.cookie(), begun.state()));
    assertThat(ended).isEqualTo(begun);
    byte[] digest =
        MessageDigest.getInstance("SHA-256")
            .digest(begun.verifier().getBytes(StandardCharsets.US_ASCII));
    assertThat(begun.challenge())
        .isEqualTo(Base64.getUrlEncoder().withoutPadding().encodeToString(digest));
    assertThat(begun.cookie()).doesNotContain(begun.verifier());
  }

  @Test
  void itExpires() {
    OAuthFlow.Attempt begun = flow(1).begin("google");
    now.set(now.get().plus(OAuthFlow.LIFE));
    assertRefused(flow(1), begun.cookie(), begun.state());
  }

  @Test
  void nothingIsTakenThatTheServerDidNotMake() {
    OAuthFlow.Attempt begun = flow(1).begin("google");
    assertRefused(flow(2), begun.cookie(), begun.state());
    assertRefused(flow(1), begun.cookie(), begun.state() + "x");
    assertRefused(flow(1), begun.cookie(), null);
    assertRefused(flow(1), null, begun.state());
    assertRefused(flow(1), "%", begun.state());
    assertRefused(flow(1), "A" + begun.cookie().substring(1) + "A", begun.state());
    byte[] longer = Base64.getUrlDecoder().decode(begun.cookie());
    longer[35] ^= 1;
    assertRefused(flow(1), Base64.getUrlEncoder().encodeToString(longer), begun.state());
  }

  private static void assertRefused(OAuthFlow flow, String cookie, String state) {
    assertThatThrownBy(() -> TestDatabase.await(flow.end("google", cookie, state)))
        .hasMessageContaining("oauth_state");
  }
}
