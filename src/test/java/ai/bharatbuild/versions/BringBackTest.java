package ai.bharatbuild.versions;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.files.OpenFile;
import ai.bharatbuild.files.Sha256;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.storage.local.LocalObjectStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions of files that agents keep and bring back while the job's owner may go on with them. */
class BringBackTest {
  private static final String JOB = "one";
  private static final String OWNER = ShelfOfJobs.OWNER;
  private static final int MOST = 1 << 20;

  @TempDir Path base;
  private final Map<String, String> files = new ConcurrentSkipListMap<>();
  private final List<String> reads = new CopyOnWriteArrayList<>();
  private Vertx vertx;
  private Versions versions;
  private volatile String vanishing;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    LocalObjectStore objects =
        LocalObjectStore.open(vertx, Files.createDirectory(base.resolve("objects"))).await();
    LocalObjectStore notes =
        LocalObjectStore.open(vertx, Files.createDirectory(base.resolve("notes"))).await();
    FilesOnShelf jobs = new FilesOnShelf(base);
    jobs.complete(JOB, Map.of());
    versions = new Versions(vertx, objects, notes, jobs, base, MOST);
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
  void whatIsKeptAlreadyIsNotReadAgain() {
    files.putAll(Map.of("a", "1", "b", "2"));
    keep("written");
    reads.clear();
    files.putAll(Map.of("b", "3", "copy", "1"));

    int second = keep("verify");

    assertThat(reads).containsExactly("b");
    assertThat(keep("verified")).isEqualTo(second);
    assertThat(reads).containsExactly("b");
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

  @Test
  void whatIsTooLargeToBeWrittenIsKeptAndStays() {
    String large = "x".repeat(MOST + 1);
    files.putAll(Map.of("cache", large, "changed", "good"));
    int best = keep("verify");
    files.putAll(Map.of("cache", "small", "changed", "bad"));
    int last = keep("failed");

    assertThat(versions.manifest(OWNER, JOB, best).await().byPath().get("cache").size())
        .isEqualTo(large.length());
    assertThat(versions.bringBack(JOB, OWNER, best, last, Set.of()).await())
        .containsExactly("cache");

    assertThat(files)
        .containsExactlyInAnyOrderEntriesOf(Map.of("cache", "small", "changed", "good"));
  }

  @Test
  void whatGoesWhileAVersionIsMadeIsNotInIt() {
    files.putAll(Map.of("gone", "1", "stays", "1"));
    vanishing = "gone";

    assertThat(versions.manifest(OWNER, JOB, keep("verify")).await().byPath())
        .containsOnlyKeys("stays");
  }

  /** Null for what is too large to be read as a whole. */
  private static String hash(String text) {
    return text.length() > MOST ? null : Sha256.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private final class FilesOnShelf extends ShelfOfJobs {
    FilesOnShelf(Path directory) {
      super(directory);
    }

    @Override
    public Future<List<Content>> hashes(String id, String owner) {
      return Future.succeededFuture(
          files.entrySet().stream()
              .map(it -> new Content(it.getKey(), it.getValue().length(), hash(it.getValue())))
              .toList());
    }

    @Override
    public Future<Buffer> read(String id, String owner, String path) {
      reads.add(path);
      Buffer content = Buffer.buffer(files.get(path));
      if (path.equals(vanishing)) {
        return Future.failedFuture(ApiException.notFound("file"));
      }
      return content.length() > MOST
          ? Future.failedFuture(ApiException.tooLarge("The file", MOST, content.length()))
          : Future.succeededFuture(content);
    }

    @Override
    public Future<OpenFile> open(String id, String owner, String path) {
      try {
        Path copy = Files.writeString(base.resolve("open"), files.get(path));
        FileChannel channel = FileChannel.open(copy, StandardOpenOption.READ);
        return Future.succeededFuture(new OpenFile(channel, null));
      } catch (IOException e) {
        return Future.failedFuture(e);
      }
    }

    @Override
    public Future<Boolean> swap(String id, String owner, String path, String seen, Buffer content) {
      String now = files.get(path);
      if (!Objects.equals(now == null ? null : hash(now), seen)) {
        return Future.succeededFuture(false);
      }
      files.compute(path, (name, old) -> content == null ? null : content.toString());
      return Future.succeededFuture(true);
    }
  }
}
