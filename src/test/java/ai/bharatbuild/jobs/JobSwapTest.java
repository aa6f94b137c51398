package ai.bharatbuild.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.config.SettingsLoader;
import ai.bharatbuild.files.Ownership;
import ai.bharatbuild.files.Sha256;
import ai.bharatbuild.limits.OwnerLimits;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of a job's files that depend on what was seen of them. */
class JobSwapTest {
  private static final String OWNER = "local";
  private static final int WRITERS = 4;
  private static final int EACH = 100;
  @TempDir Path temp;
  private Vertx vertx;
  private JobStorage storage;
  private WorkspaceAccess access;
  private String job;

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
    Settings.Jobs settings =
        SettingsLoader.of(
                new JsonObject()
                    .put("JOBS_BASE_PATH", temp.resolve("jobs").toString())
                    .put("MAX_FILE_SIZE_MB", 1))
            .jobs();
    Bus bus = Bus.install(vertx);
    storage =
        JobStorage.open(
            bus, settings, new Ownership(10001, 10001), SandboxRemover.NONE, JobHistory.NONE);
    AtomicInteger shard = new AtomicInteger();
    JobAdmission unlimited = new JobAdmission(storage.bus, settings.instances(), OwnerLimits.NONE);
    vertx
        .deployVerticle(
            () -> new JobStorageVerticle(storage, unlimited, shard.getAndIncrement()),
            new DeploymentOptions().setInstances(settings.instances()))
        .await();
    access = new WorkspaceAccess(bus, settings.instances());
    job = access.createJob(OWNER, "app").await();
  }

  @AfterEach
  void close() {
    vertx.close().await();
    storage.close();
  }

  private boolean swap(String path, String seen, String content) {
    return access
        .swap(
            job,
            OWNER,
            path,
            seen == null ? null : Sha256.of(seen.getBytes(StandardCharsets.UTF_8)),
            content == null ? null : Buffer.buffer(content))
        .await();
  }

  private void write(String path, String content) {
    access.write(job, OWNER, path, Buffer.buffer(content)).await();
  }

  private String read(String path) {
    return new String(access.read(job, OWNER, path).await(), StandardCharsets.UTF_8);
  }

  private void counts(int files, long bytes) {
    JobView view = access.job(job, OWNER).await();
    assertThat(view.filesCount()).isEqualTo(files);
    assertThat(Math.round(view.totalSizeMb() * (1 << 20))).isEqualTo(bytes);
  }

  @Test
  void whatIsWrittenMeanwhileStaysAndCounts() {
    write("a", "seen");
    write("a", "saved by the user");

    assertThat(swap("a", "seen", "agent")).isFalse();
    assertThat(swap("a", null, "agent")).isFalse();
    assertThat(swap("a", "seen", null)).isFalse();
    assertThat(read("a")).isEqualTo("saved by the user");
    counts(1, 17);

    assertThat(swap("a", "saved by the user", "agent")).isTrue();
    counts(1, 5);
    assertThat(swap("b/c", null, "made")).isTrue();
    counts(2, 9);
    assertThat(swap("a", "agent", null)).isTrue();
    counts(1, 4);
  }

  @Test
  void itIsHeldToTheSameLimits() {
    assertThatThrownBy(() -> swap("a", null, "x".repeat((1 << 20) + 1)))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.problem().status()).isEqualTo(413));
    assertThatThrownBy(() -> access.swap(job, "somebody", "a", null, Buffer.buffer()).await())
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.problem().status()).isEqualTo(404));
    access.complete(job, OWNER).await();
    assertThatThrownBy(() -> swap("a", null, "x"))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.problem().status()).isEqualTo(409));
  }

  /** Each adds one to what it saw; were any change lost, the sum would be less. */
  @Test
  void noneOfManyChangesAtOnceIsLost() throws Exception {
    write("sum", "0");
    List<Future<?>> writers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
      for (int i = 0; i < WRITERS; i++) {
        writers.add(threads.submit(this::addMany));
      }
    }
    for (Future<?> writer : writers) {
      writer.get();
    }
    assertThat(read("sum")).isEqualTo(Integer.toString(WRITERS * EACH));
  }

  private void addMany() {
    for (int done = 0; done < EACH; ) {
      String seen = read("sum");
      done += swap("sum", seen, Integer.toString(Integer.parseInt(seen) + 1)) ? 1 : 0;
    }
  }

  @Test
  void whatCallersChangedIsKnownByTime() {
    Instant begun = Instant.now();
    write("d/a", "1");
    write("b", "1");
    swap("c", null, "agent");
    assertThat(access.edits(job, OWNER, begun).await()).containsExactlyInAnyOrder("d/a", "b");
    Instant later = laterThanNow();
    assertThat(access.edits(job, OWNER, later).await()).isEmpty();
    swap("b", "1", "agent");
    access.remove(job, OWNER, "d/a").await();
    assertThat(access.edits(job, OWNER, later).await()).containsExactly("d/a");
  }

  private static Instant laterThanNow() {
    Instant now = Instant.now();
    Instant later = now;
    while (!later.isAfter(now)) {
      later = Instant.now();
    }
    return later;
  }
}
