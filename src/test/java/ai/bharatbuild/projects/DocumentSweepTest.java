package ai.bharatbuild.projects;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.db.TestDatabase;
import ai.bharatbuild.storage.ObjectStore;
import ai.bharatbuild.storage.local.LocalObjectStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.OpenOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentSweepTest {
  @TempDir Path base;

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
  }

  @Test
  void bytesOfNoDocumentGoWhenTheirRowCannotComeAnyMore() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (TestDatabase database = TestDatabase.create()) {
      ObjectStore objects = await(LocalObjectStore.open(vertx, base.resolve("objects")));
      Documents documents = new Documents(database.pool(), objects);
      UUID project = project(database);
      Path file = Files.writeString(base.resolve("file"), "words");
      Documents.New given = new Documents.New("srs", "Words", "f.txt", "text/plain", false);
      Document kept =
          await(
              vertx
                  .fileSystem()
                  .open(file.toString(), new OpenOptions().setWrite(false))
                  .compose(bytes -> documents.add(project, given, bytes, 5)));
      String left = "documents/" + UUID.randomUUID() + '/' + UUID.randomUUID();
      await(objects.putBytes(left, Buffer.buffer("left")));
      await(objects.putBytes("contents/other", Buffer.buffer("other")));

      await(documents.sweep(Instant.now()));
      assertThat(await(objects.stat(left))).isNotNull();

      await(documents.sweep(Instant.now().plus(Duration.ofHours(2))));
      assertThat(await(objects.stat(left))).isNull();
      assertThat(await(objects.stat("contents/other"))).isNotNull();
      assertThat(await(documents.content(project, kept.id())).length()).isEqualTo(5);

      await(documents.forget(owner(database)));
      assertThat(await(objects.list("documents/", "", 10)).objects()).isEmpty();
    } finally {
      await(vertx.close());
    }
  }

  private static UUID project(TestDatabase database) throws Exception {
    database.query(
        "insert into users (email, name, role) values ('writer@example.org', 'W', 'developer')");
    return database
        .query(
            "insert into projects (user_id, title, mode) values ($1, 'Papers', 'student')"
                + " returning id",
            owner(database))
        .iterator()
        .next()
        .getUUID(0);
  }

  private static UUID owner(TestDatabase database) throws Exception {
    return database
        .query("select id from users where email = 'writer@example.org'")
        .iterator()
        .next()
        .getUUID(0);
  }
}
