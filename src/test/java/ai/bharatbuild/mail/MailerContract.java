package ai.bharatbuild.mail;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.mail.Message;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every mailer does. */
abstract class MailerContract {
  static final String FROM = "BharatBuild <no-reply@bharatbuild.test>";
  final Vertx vertx = Vertx.vertx();

  /** The mailer under test. */
  abstract Mailer mailer();

  /** All messages that arrived, in the order of their arrival. */
  abstract List<MimeMessage> arrived() throws Exception;

  @AfterEach
  void closeVertx() {
    await(vertx.close());
  }

  @Test
  void aMessageArrivesWhole() throws Exception {
    String text = "Grüße, नमस्ते\n\n.a line that begins with a dot\n" + "x".repeat(2_000) + "\n";
    await(mailer().send(new Mail("ada@example.org", "Bestätigen — सत्यापन", text)));
    MimeMessage message = arrived().getFirst();
    assertThat(message.getSubject()).isEqualTo("Bestätigen — सत्यापन");
    assertThat(((String) message.getContent()).replace("\r\n", "\n").strip())
        .isEqualTo(text.strip());
    InternetAddress from = (InternetAddress) message.getFrom()[0];
    assertThat(from.getAddress()).isEqualTo("no-reply@bharatbuild.test");
    assertThat(from.getPersonal()).isEqualTo("BharatBuild");
    assertThat(message.getRecipients(Message.RecipientType.TO))
        .containsExactly(new InternetAddress("ada@example.org"));
    assertThat(message.getMessageID()).isNotNull();
    assertThat(message.getSentDate()).isNotNull();
  }

  @Test
  void manyAtOnceArriveOnceEach() throws Exception {
    List<Future<Void>> sends = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      sends.add(mailer().send(new Mail("ada@example.org", "number " + i, "text")));
    }
    await(Future.all(sends));
    List<String> subjects = new ArrayList<>();
    for (MimeMessage message : arrived()) {
      subjects.add(message.getSubject());
    }
    assertThat(subjects).hasSize(25).doesNotHaveDuplicates();
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
