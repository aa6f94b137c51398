package ai.bharatbuild;

import ai.bharatbuild.accounts.AccountParts;
import ai.bharatbuild.accounts.Belongings;
import ai.bharatbuild.accounts.IdentityParts;
import ai.bharatbuild.accounts.WsTickets;
import ai.bharatbuild.accounts.oauth.OAuth;
import ai.bharatbuild.accounts.oauth.OAuthRoutes;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.files.SecretFile;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Callers;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.kv.KeyValueStore;
import ai.bharatbuild.mail.MailQueue;
import ai.bharatbuild.mail.Mailer;
import ai.bharatbuild.mail.outbox.OutboxMailer;
import ai.bharatbuild.mail.smtp.SmtpMailer;
import ai.bharatbuild.preview.PreviewTickets;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** E-mail, other ways to sign in, and what people do with their own accounts; of {@link Server}. */
final class Identities {
  private static final Logger LOG = LoggerFactory.getLogger(Identities.class);
  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final long HOUR_MS = TimeUnit.HOURS.toMillis(1);

  private final Vertx vertx;
  private final Settings settings;
  private final IntSupplier port;
  private final AccountParts accounts;
  private final IdentityParts parts;
  private final OAuth oauth;
  private final MailQueue mails;

  Identities(
      Vertx vertx,
      Settings settings,
      IntSupplier port,
      AccountParts accounts,
      Pool pool,
      KeyValueStore store,
      Belongings belongings,
      MeterRegistry registry) {
    this.vertx = vertx;
    this.settings = settings;
    this.port = port;
    this.accounts = accounts;
    this.mails = new MailQueue(vertx, mailer(), MailQueue.Limits.DEFAULT, registry);
    this.oauth = new OAuth(vertx, settings.oauth(), pool, store);
    this.parts = new IdentityParts(accounts, pool, store, mails, belongings, this::pages);
  }

  private Mailer mailer() {
    Settings.Mail mail = settings.mail();
    return mail.host().isEmpty()
        ? new OutboxMailer(
            vertx,
            settings.data().path().resolve("outbox"),
            mail.from(),
            mail.outboxMost(),
            mail.outboxAge(),
            InstantSource.system())
        : new SmtpMailer(vertx, mail);
  }

  /** To be called with accounts only, when the data directory is there. */
  Future<Void> start() {
    vertx.setPeriodic(HOUR_MS, id -> tidy());
    Path file = settings.data().path().resolve("oauth.key");
    return vertx
        .executeBlocking(
            () -> {
              Files.createDirectories(file.getParent(), PRIVATE);
              return SecretFile.open(file, OAuth.KEY_BYTES);
            })
        .onSuccess(oauth::use)
        .onSuccess(v -> tidy())
        .mapEmpty();
  }

  private void tidy() {
    parts.tidy().onFailure(e -> LOG.warn("tidying up accounts failed; trying again in an hour", e));
  }

  /** Also by the tickets that browsers open WebSockets with. */
  Callers callers(Callers others) {
    return parts.tickets().or(others);
  }

  WsTickets tickets() {
    return parts.tickets();
  }

  List<Routes> routes(BodyReader bodies) {
    boolean local = settings.accounts().local();
    return List.of(
        parts.routes(bodies, local),
        new OAuthRoutes(oauth, accounts.accounts(), this::callback, local));
  }

  private String pages() {
    String given = settings.mail().frontendUrl();
    return given.isEmpty() ? "http://localhost:" + port.getAsInt() : given;
  }

  private String callback(String provider) {
    String given = settings.oauth().callbackUrl();
    return given.isEmpty()
        ? pages() + "/api/v1/auth/" + provider + "/callback"
        : given.replace("{provider}", provider);
  }

  /** What opens private previews; null in local mode, where there are none. */
  static Future<PreviewTickets> previewTickets(Vertx vertx, Settings settings, Path state) {
    return settings.accounts().local()
        ? Future.succeededFuture()
        : vertx
            .executeBlocking(
                () -> SecretFile.open(state.resolve("preview.key"), PreviewTickets.KEY_BYTES))
            .map(
                key ->
                    new PreviewTickets(
                        key,
                        settings.preview().ticketLife(),
                        settings.preview().passLife(),
                        InstantSource.system()));
  }

  Future<Void> close() {
    oauth.close();
    return mails.close();
  }
}
