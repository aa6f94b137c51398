package ai.bharatbuild.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.webhooks.Targets.Refused;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetsTest {
  private final Vertx vertx = Vertx.vertx();
  private final WorkerExecutor worker = vertx.createSharedWorkerExecutor("names", 1);
  private final Targets strict = new Targets(worker, false);
  private final Targets developing = new Targets(worker, true);

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com/hook",
        "ftp://example.com/",
        "https:///hook",
        "https://user:secret@example.com/",
        "https://example.com/#part",
        "https://example.com:0/",
        "https://example.com:70000/",
        "https://exa mple.com/",
        "example.com",
        "file:///etc/passwd"
      })
  void urlsThatAreNotPlainHttpsAreRefused(String url) {
    assertThatThrownBy(() -> strict.check(url))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.problem().status()).isEqualTo(422));
  }

  @Test
  void aPlainHttpsUrlIsTaken() {
    assertThat(strict.check("https://example.com:8443/hook?a=b").getPort()).isEqualTo(8443);
  }

  /** Names, and addresses however they are written, that the system's resolver understands. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://localhost/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://127.1/",
        "https://[::1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1:8080/"
      })
  void nothingIsSentInside(String url) {
    assertThatThrownBy(() -> strict.resolve(url).await(30, TimeUnit.SECONDS))
        .isInstanceOf(Refused.class);
  }

  @Test
  void aPublicAddressIsTheOneThatIsConnectedTo() throws Exception {
    Targets.Target target = strict.resolve("https://8.8.8.8/hook?a=b").await(30, TimeUnit.SECONDS);

    assertThat(target.address().getHostAddress()).isEqualTo("8.8.8.8");
    assertThat(target.port()).isEqualTo(443);
    assertThat(target.path()).isEqualTo("/hook?a=b");
  }

  @Test
  void whoDevelopsMayUseLoopbackAndNothingElse() throws Exception {
    Targets.Target own = developing.resolve("http://127.0.0.1:9999/").await(30, TimeUnit.SECONDS);
    assertThat(own.tls()).isFalse();
    assertThatThrownBy(() -> developing.resolve("http://10.0.0.1/").await(30, TimeUnit.SECONDS))
        .isInstanceOf(Refused.class);
    assertThatThrownBy(() -> developing.resolve("http://8.8.8.8/").await(30, TimeUnit.SECONDS))
        .isInstanceOf(Refused.class);
  }
}
