package ai.bharatbuild.accounts;

import static ai.bharatbuild.db.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.problem.ApiException;
import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PasswordsTest {
  private static final LongPasswordStrategy PREPARING =
      LongPasswordStrategies.hashSha512(BCrypt.Version.VERSION_2A);

  private static final String LONG = "Monsoon-42".repeat(8);

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    await(vertx.close());
  }

  @Test
  void aPasswordMatchesItsHashAlone() {
    try (Passwords passwords = new Passwords(vertx, 4, 1, PREPARING)) {
      String hash = await(passwords.hash("Monsoon-42"));

      assertThat(await(passwords.matches("Monsoon-42", hash))).isTrue();
      assertThat(await(passwords.matches("Monsoon-43", hash))).isFalse();
      assertThat(await(passwords.matches("Monsoon-42", null))).isFalse();
      assertThat(await(passwords.hash("Monsoon-42"))).isNotEqualTo(hash);
    }
  }

  @Test
  void everyCharacterOfALongPasswordCounts() {
    try (Passwords passwords = new Passwords(vertx, 4, 1, PREPARING)) {
      String most = "x".repeat(127);
      String hash = await(passwords.hash(most + "a"));

      assertThat(await(passwords.matches(most + "a", hash))).isTrue();
      assertThat(await(passwords.matches(most + "b", hash))).isFalse();
    }
  }

  /** The library prepares a long password only for a hash that it computes. */
  @Test
  void anUnknownUserTakesTheWorkOfAKnownOne() {
    Computed computed = new Computed();
    try (Passwords passwords = new Passwords(vertx, 4, 1, computed)) {
      String hash = await(passwords.hash(LONG));
      assertThat(computed.times).hasValue(1);
      assertThat(await(passwords.matches(LONG + "x", hash))).isFalse();
      assertThat(computed.times).hasValue(2);
      assertThat(await(passwords.matches(LONG + "x", null))).isFalse();
      assertThat(computed.times).hasValue(3);
      // Of no cost that would be another's: both say theirs.
      assertThat(passwords.decoy()).startsWith(hash.substring(0, "$2a$04$".length()));
      assertThat(passwords.decoy()).hasSameSizeAs(hash);
      // And what is no hash is not computed, which is what the decoy must not be.
      assertThat(await(passwords.matches(LONG + "x", "$2a$04$short"))).isFalse();
      assertThat(computed.times).hasValue(3);
    }
  }

  private static final class Computed implements LongPasswordStrategy {
    final AtomicInteger times = new AtomicInteger();
    private final LongPasswordStrategy real = PREPARING;

    @Override
    public byte[] derive(byte[] password) {
      times.incrementAndGet();
      return real.derive(password);
    }
  }

  @Test
  void aFloodIsRefusedAndDoesNotPileUp() {
    try (Passwords passwords = new Passwords(vertx, 10, 1, PREPARING)) {
      List<Future<String>> flood = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        flood.add(passwords.hash("Monsoon-42"));
      }
      await(Future.join(flood).otherwiseEmpty());

      List<Throwable> refused = flood.stream().filter(Future::failed).map(Future::cause).toList();
      assertThat(refused).hasSizeGreaterThan(100).hasSizeLessThan(200);
      assertThat(refused)
          .allSatisfy(e -> assertThat(((ApiException) e).problem().status()).isEqualTo(503));
    }
  }
}
