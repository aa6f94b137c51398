package ai.bharatbuild.versions;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.files.Sha256;
import ai.bharatbuild.storage.local.LocalObjectStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions of files that agents keep and bring back while the job's owner may go on with them. */
class BringBackTest {
  private static final String JOB = "one";
  private static final String OWNER = ShelfOfJobs.OWNER;
  @TempDir Path base;
  private final Map<String, String> files = new ConcurrentSkipListMap<>();
  private Vertx vertx;
  private Versions versions;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    LocalObjectStore objects =
        LocalObjectStore.open(vertx, Files.createDirectory(base.resolve("objects"))).await();
    LocalObjectStore notes =
        LocalObjectStore.open(vertx, Files.createDirectory(base.resolve("notes"))).await();
    FilesOnShelf jobs = new FilesOnShelf(base);
    jobs.complete(JOB, Map.of());
    versions = new Versions(vertx, objects, notes, jobs, base, 1 << 20);
    versions.start().await();
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private int keep(String label) {
    return versions.keepFiles(JOB, OWNER, label).await();
  }

  @Test
  void filesAreThoseOfTheVersionAgain() {
    files.putAll(Map.of("same", "1", "changed", "good", "deleted", "good"));
    int best = keep("verify");
    files.putAll(Map.of("changed", "bad", "made", "bad"));
    files.remove("deleted");
    int last = keep("failed");

    assertThat(versions.bringBack(JOB, OWNER, best, last, Set.of()).await()).isEmpty();

    assertThat(files)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("same", "1", "changed", "good", "deleted", "good"));
  }

  @Test
  void whatTheUserChangesAfterTheLastVersionStays() {
    files.putAll(Map.of("changed", "good", "deleted", "good", "same", "1"));
    int best = keep("verify");
    files.putAll(Map.of("changed", "bad", "made", "bad"));
    files.remove("deleted");
    int last = keep("failed");
    Map<String, String> users =
        Map.of("changed", "user", "made", "user", "deleted", "user", "same", "user", "new", "user");
    files.putAll(users);

    assertThat(versions.bringBack(JOB, OWNER, best, last, Set.of()).await())
        .containsExactly("changed", "deleted", "made");

    assertThat(files).containsExactlyInAnyOrderEntriesOf(users);
  }

  @Test
  void whatTheUserHasChangedBeforeStaysWhereThatIsSaid() {
    files.putAll(Map.of("changed", "good", "deleted", "good", "other", "good"));
    int best = keep("verify");
    files.putAll(Map.of("changed", "user", "made", "user", "other", "bad"));
    files.remove("deleted");
    int last = keep("failed");
    Set<String> edited = Set.of("changed", "made", "deleted");

    assertThat(versions.bringBack(JOB, OWNER, best, last, edited).await())
        .containsExactly("changed", "deleted", "made");

    assertThat(files)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("changed", "user", "made", "user", "other", "good"));
  }

  private final class FilesOnShelf extends ShelfOfJobs {
    FilesOnShelf(Path directory) {
      super(directory);
    }

    @Override
    public Future<List<String>> files(String id, String owner) {
      return Future.succeededFuture(List.copyOf(files.keySet()));
    }

    @Override
    public Future<Buffer> read(String id, String owner, String path) {
      return Future.succeededFuture(Buffer.buffer(files.get(path)));
    }

    @Override
    public Future<Boolean> swap(String id, String owner, String path, String seen, Buffer content) {
      String now = files.get(path);
      String hash = now == null ? null : Sha256.of(Buffer.buffer(now).getBytes());
      if (!Objects.equals(hash, seen)) {
        return Future.succeededFuture(false);
      }
      files.compute(path, (name, old) -> content == null ? null : content.toString());
      return Future.succeededFuture(true);
    }
  }
}
