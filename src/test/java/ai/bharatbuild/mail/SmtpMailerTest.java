package ai.bharatbuild.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.config.Settings;
import ai.bharatbuild.mail.smtp.SmtpMailer;
import jakarta.mail.internet.MimeMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real mail server that wants STARTTLS and a password. */
class SmtpMailerTest extends MailerContract {
  @TempDir Path directory;
  private TestMailServer server;
  private Mailer mailer;

  @BeforeEach
  void start() throws Exception {
    server = TestMailServer.start(directory, true);
    mailer = mailer("starttls", TestMailServer.PASSWORD, server.certificate());
  }

  @AfterEach
  void stop() {
    await(mailer.close());
    server.close();
  }

  private Mailer mailer(String tls, String password, Path ca) {
    return new SmtpMailer(
        vertx,
        new Settings.Mail(
            FROM,
            "localhost",
            server.port(),
            tls,
            TestMailServer.USER,
            password,
            ca,
            1_000,
            Duration.ofDays(7),
            "http://localhost"));
  }

  @Override
  Mailer mailer() {
    return mailer;
  }

  @Override
  List<MimeMessage> arrived() throws Exception {
    return server.messages();
  }

  @Test
  void theMessageTravelsEncrypted() {
    await(mailer.send(new Mail("ada@example.org", "s", "t")));
    assertThat(server.encrypted()).isOne();
  }

  @Test
  void withoutEncryptionNothingIsSent() throws Exception {
    try (TestMailServer plain = TestMailServer.start(directory, false)) {
      Mailer careful =
          new SmtpMailer(
              vertx,
              new Settings.Mail(
                  FROM, "localhost", plain.port(), "starttls", "", "", null, 1, Duration.ZERO, ""));
      assertThatThrownBy(() -> await(careful.send(new Mail("ada@example.org", "s", "t"))))
          .hasMessageContaining("STARTTLS");
      assertThat(plain.messages()).isEmpty();
    }
  }

  @Test
  void aServerThatCannotBeTrustedGetsNothing() throws Exception {
    Mailer careful = mailer("starttls", TestMailServer.PASSWORD, null);
    assertThatThrownBy(() -> await(careful.send(new Mail("ada@example.org", "s", "t"))))
        .isNotNull();
    assertThat(server.messages()).isEmpty();
  }

  @Test
  void aWrongPasswordCanBePutRightAndAWrongAddressCannot() throws Exception {
    Mailer wrong = mailer("starttls", "wrong", server.certificate());
    assertThatThrownBy(() -> await(wrong.send(new Mail("ada@example.org", "s", "t"))))
        .cause()
        .isNotInstanceOf(MailRefusedException.class);
    assertThatThrownBy(() -> await(mailer.send(new Mail("nobody@refused.test", "s", "t"))))
        .cause()
        .isInstanceOf(MailRefusedException.class)
        .hasMessageContaining("550");
    await(mailer.send(new Mail("ada@example.org", "s", "t")));
    assertThat(server.messages()).hasSize(1);
  }
}
