package ai.bharatbuild.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.mail.MailQueue.Limits;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailQueueTest {
  private static final Limits QUICK =
      new Limits(3, 2, 3, Duration.ofMillis(1), Duration.ofSeconds(20));
  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<String> tried = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    MailerContract.await(vertx.close());
  }

  private MailQueue queue(Limits limits, Function<Mail, Future<Void>> send) {
    Mailer mailer =
        new Mailer() {
          @Override
          public Future<Void> send(Mail mail) {
            tried.add(mail.subject());
            return send.apply(mail);
          }

          @Override
          public Future<Void> close() {
            return Future.succeededFuture();
          }
        };
    return new MailQueue(vertx, mailer, limits, registry);
  }

  private static Mail mail(String subject) {
    return new Mail("ada@example.org", subject, "secret");
  }

  @Test
  void whatFailsIsTriedAgainUntilItIsSent() {
    MailQueue queue =
        queue(
            QUICK,
            mail -> tried.size() < 3 ? Future.failedFuture("away") : Future.succeededFuture());
    queue.post(mail("one"));
    MailerContract.await(queue.close());
    assertThat(tried).containsExactly("one", "one", "one");
    assertThat(registry.counter("mails_sent").count()).isOne();
  }

  @Test
  void itIsGivenUpInTheEnd() {
    MailQueue queue = queue(QUICK, mail -> Future.failedFuture("away"));
    queue.post(mail("one"));
    MailerContract.await(queue.close());
    assertThat(tried).hasSize(3);
    assertThat(registry.counter("mails_lost").count()).isOne();
  }

  @Test
  void whatIsRefusedOrBreaksIsNotHeldForever() {
    MailQueue queue =
        queue(
            QUICK,
            mail -> {
              if (mail.subject().equals("thrown")) {
                throw new IllegalStateException("broken");
              }
              return Future.failedFuture(new MailRefusedException("no such address"));
            });
    queue.post(mail("refused"));
    queue.post(mail("thrown"));
    MailerContract.await(queue.close());
    assertThat(tried).containsOnlyOnce("refused").contains("thrown");
    assertThat(queue.held()).isZero();
  }

  @Test
  void aMailServerThatHangsCostsNobodyAnything() {
    Promise<Void> never = Promise.promise();
    MailQueue queue =
        queue(new Limits(3, 2, 3, Duration.ofMillis(1), Duration.ofMillis(1)), m -> never.future());
    for (int i = 0; i < 5; i++) {
      queue.post(mail("n" + i));
    }
    assertThat(tried).containsExactly("n0", "n1");
    assertThat(queue.held()).isEqualTo(3);
    assertThat(registry.counter("mails_lost").count()).isEqualTo(2);
    long start = System.nanoTime();
    MailerContract.await(queue.close());
    assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(10));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a@b\r\nBcc: x@y",
        "a@b, c@d",
        "a b@c",
        "<a@b>",
        "a@b>",
        "a",
        "@b",
        "a@",
        "a@b@c",
        "a;b@c"
      })
  void addressesCannotSmuggle(String address) {
    assertThatThrownBy(() -> new Mail(address, "s", "t"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void subjectsCannotSmuggleAndNothingSecretIsShown() {
    assertThatThrownBy(() -> mail("a\r\nBcc: x@y")).isInstanceOf(IllegalArgumentException.class);
    assertThat(mail("s").toString()).doesNotContain("secret", "ada");
  }
}
