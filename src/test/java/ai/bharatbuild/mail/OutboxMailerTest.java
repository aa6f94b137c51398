package ai.bharatbuild.mail;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.mail.outbox.OutboxMailer;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxMailerTest extends MailerContract {
  @TempDir Path base;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-03-01T10:00:00Z"));
  private Mailer mailer;

  @Override
  Mailer mailer() {
    if (mailer == null) {
      mailer = mailer(1_000);
    }
    return mailer;
  }

  private Mailer mailer(int most) {
    return new OutboxMailer(
        vertx, base.resolve("a/outbox"), FROM, most, Duration.ofDays(7), now::get);
  }

  @Override
  List<MimeMessage> arrived() throws Exception {
    List<MimeMessage> messages = new ArrayList<>();
    for (Path file : files()) {
      try (var in = Files.newInputStream(file)) {
        messages.add(new MimeMessage(null, in));
      }
    }
    return messages;
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(base.resolve("a/outbox"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void onlyTheServersUserReadsThem() throws Exception {
    await(mailer().send(new Mail("ada@example.org", "s", "t")));
    assertThat(rights(base.resolve("a/outbox"))).isEqualTo("rwx------");
    assertThat(files())
        .singleElement()
        .satisfies(it -> assertThat(rights(it)).isEqualTo("rw-------"));
    assertThat(files().getFirst().getFileName().toString()).endsWith(".eml");
  }

  private static String rights(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void theOldestGoWhenThereAreTooMany() throws Exception {
    Mailer few = mailer(3);
    for (int i = 1; i <= 5; i++) {
      now.set(now.get().plusSeconds(1));
      await(few.send(new Mail("ada@example.org", "number " + i, "t")));
    }
    List<String> subjects = new ArrayList<>();
    for (MimeMessage message : arrived()) {
      subjects.add(message.getSubject());
    }
    assertThat(subjects).containsExactly("number 3", "number 4", "number 5");
  }

  @Test
  void whatIsOldGoes() throws Exception {
    await(mailer().send(new Mail("ada@example.org", "old", "t")));
    Files.writeString(base.resolve("a/outbox/note.txt"), "not ours");
    now.set(now.get().plus(Duration.ofDays(8)));
    await(mailer().send(new Mail("ada@example.org", "new", "t")));
    assertThat(files()).hasSize(2).contains(base.resolve("a/outbox/note.txt"));
  }
}
