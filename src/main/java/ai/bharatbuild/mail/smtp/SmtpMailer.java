package ai.bharatbuild.mail.smtp;

import ai.bharatbuild.config.Settings;
import ai.bharatbuild.mail.Mail;
import ai.bharatbuild.mail.MailRefusedException;
import ai.bharatbuild.mail.Mailer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailConfig;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.SMTPException;
import io.vertx.ext.mail.StartTLSOptions;

/** Hands messages to a mail server over SMTP. */
public final class SmtpMailer implements Mailer {
  private static final int CONNECT_MS = 10_000;
  private static final int IDLE_SECONDS = 30;
  private static final int CONNECTIONS = 4;
  private static final int PERMANENT = 500;

  private final MailClient client;
  private final String from;

  public SmtpMailer(Vertx vertx, Settings.Mail settings) {
    this.from = settings.from();
    MailConfig config =
        new MailConfig(settings.host(), settings.port(), starttls(settings.tls()), login(settings))
            .setSsl(settings.tls().equals("tls"))
            .setHostnameVerificationAlgorithm("HTTPS")
            .setUserAgent("bharatbuild")
            .setMaxPoolSize(CONNECTIONS);
    config.setConnectTimeout(CONNECT_MS).setIdleTimeout(IDLE_SECONDS);
    if (!settings.username().isEmpty()) {
      config.setUsername(settings.username()).setPassword(settings.password());
    }
    if (settings.ca() != null) {
      config.setTrustOptions(new PemTrustOptions().addCertPath(settings.ca().toString()));
    }
    this.client = MailClient.create(vertx, config);
  }

  /** A server that offers no encryption is refused where it is asked for, not used without. */
  private static StartTLSOptions starttls(String tls) {
    return tls.equals("starttls") ? StartTLSOptions.REQUIRED : StartTLSOptions.DISABLED;
  }

  private static LoginOption login(Settings.Mail settings) {
    return settings.username().isEmpty() ? LoginOption.DISABLED : LoginOption.REQUIRED;
  }

  @Override
  public Future<Void> send(Mail mail) {
    MailMessage message = new MailMessage(from, mail.to(), mail.subject(), mail.text());
    return client
        .sendMail(message)
        .<Void>mapEmpty()
        .recover(e -> Future.failedFuture(isPermanent(e) ? refused(e) : e));
  }

  /** Only what is said of this one message; a wrong password can be put right. */
  private static boolean isPermanent(Throwable cause) {
    return cause instanceof SMTPException known
        && known.getReplyCode() >= PERMANENT + 50
        && known.getReplyCode() < PERMANENT + 60;
  }

  private static MailRefusedException refused(Throwable cause) {
    return new MailRefusedException(
        "the mail server answered " + ((SMTPException) cause).getReplyCode());
  }

  @Override
  public Future<Void> close() {
    return client.close();
  }
}
