package ai.bharatbuild.mail.outbox;

import ai.bharatbuild.mail.Mail;
import ai.bharatbuild.mail.Mailer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.mailencoder.MailEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lays messages in a directory, one {@code .eml} file each, for who runs a server without a mail
 * server. Only the server's own user can read them; the oldest go when there are too many.
 */
public final class OutboxMailer implements Mailer {
  private static final Logger LOG = LoggerFactory.getLogger(OutboxMailer.class);
  private static final String SUFFIX = ".eml";
  private static final FileAttribute<?> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<?> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final Path directory;
  private final String from;
  private final int most;
  private final Duration age;
  private final InstantSource clock;
  private final WorkerExecutor worker;

  /**
   * @param most messages that are kept
   * @param age how long one is kept
   */
  public OutboxMailer(
      Vertx vertx, Path directory, String from, int most, Duration age, InstantSource clock) {
    this.directory = directory;
    this.from = from;
    this.most = most;
    this.age = age;
    this.clock = clock;
    this.worker = vertx.createSharedWorkerExecutor("mail-outbox-" + UUID.randomUUID(), 1);
  }

  @Override
  public Future<Void> send(Mail mail) {
    return worker
        .executeBlocking(() -> write(mail))
        .onSuccess(file -> LOG.info("An e-mail lies in {}", file))
        .mapEmpty();
  }

  private Path write(Mail mail) throws IOException {
    MailMessage message = new MailMessage(from, mail.to(), mail.subject(), mail.text());
    String text = new MailEncoder(message, "localhost").encode();
    Files.createDirectories(directory, PRIVATE_DIRECTORY);
    Instant now = clock.instant();
    String name = STAMP.format(now) + "-" + UUID.randomUUID() + SUFFIX;
    Path fresh = Files.createTempFile(directory, ".", ".new", PRIVATE_FILE);
    try {
      Files.writeString(fresh, text, StandardCharsets.UTF_8);
      prune(now);
      return Files.move(fresh, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** Makes room for one more. Names begin with the time, so that their order is by age. */
  private void prune(Instant now) throws IOException {
    List<Path> files;
    try (Stream<Path> entries = Files.list(directory)) {
      files = entries.filter(it -> it.toString().endsWith(SUFFIX)).sorted().toList();
    }
    String oldest = STAMP.format(now.minus(age));
    int surplus = files.size() + 1 - most;
    for (int i = 0; i < files.size(); i++) {
      if (i < surplus || files.get(i).getFileName().toString().compareTo(oldest) < 0) {
        Files.deleteIfExists(files.get(i));
      }
    }
  }

  @Override
  public Future<Void> close() {
    return worker.close();
  }
}
