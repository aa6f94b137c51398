package ai.bharatbuild.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.config.SettingsLoader;
import ai.bharatbuild.files.Ownership;
import ai.bharatbuild.files.VolumeMounts;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.jobs.JobMessages.Ref;
import ai.bharatbuild.jobs.WorkspaceAccess.Prepared;
import ai.bharatbuild.limits.OwnerLimits;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workspaces that get another place while the API goes on using them. */
class WorkspacePlacesTest {
  private static final long VOLUME = 30 << 20;
  private static final String OWNER = "local";
  @TempDir Path temp;
  private Path jobs;
  private Vertx vertx;
  private Bus bus;
  private Settings.Jobs settings;
  private JobStorage storage;
  private WorkspaceAccess access;

  @BeforeEach
  void open() {
    jobs = temp.resolve("jobs");
    vertx = Vertx.vertx();
    settings =
        SettingsLoader.of(
                new JsonObject().put("JOBS_BASE_PATH", jobs.toString()).put("DISK_LIMITS", "loop"))
            .jobs();
    bus = Bus.install(vertx);
    storage =
        JobStorage.open(
            bus, settings, new Ownership(10001, 10001), SandboxRemover.NONE, JobHistory.NONE);
    storage.diskLimits().await();
    AtomicInteger shard = new AtomicInteger();
    JobAdmission unlimited = new JobAdmission(storage.bus, settings.instances(), OwnerLimits.NONE);
    vertx
        .deployVerticle(
            () -> new JobStorageVerticle(storage, unlimited, shard.getAndIncrement()),
            new DeploymentOptions().setInstances(settings.instances()))
        .await();
    access = new WorkspaceAccess(bus, settings.instances());
  }

  @AfterEach
  void close() {
    stop();
    VolumeMounts.detach(jobs);
  }

  private void stop() {
    vertx.close().await();
    storage.close();
  }

  private String shard(String id) {
    return Bus.shardOf(id, settings.instances());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Future<JobMessages.Written> write(String id, String path, String text) {
    JobMessages.Write write =
        new JobMessages.Write(new Ref(id, OWNER), WorkspacePath.parse(path), bytes(text));
    return bus.ask(JobMessages.WRITE, shard(id), write);
  }

  private String read(String id, String path) {
    JobMessages.File file = new JobMessages.File(new Ref(id, OWNER), WorkspacePath.parse(path));
    byte[] content = bus.ask(JobMessages.READ, shard(id), file).await().bytes();
    return new String(content, StandardCharsets.UTF_8);
  }

  private int listed(String id) {
    WorkspacePath root = WorkspacePath.root();
    return bus.ask(
            JobMessages.LIST,
            shard(id),
            new JobMessages.ListFiles(new Ref(id, OWNER), root, false, true))
        .await()
        .count();
  }

  private void create(String id) {
    bus.ask(JobMessages.CREATE, shard(id), new JobMessages.Create(new Ref(id, OWNER), "p")).await();
  }

  private static void fails(int status, String code, Future<?> call) {
    assertThatThrownBy(call::await)
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> {
              assertThat(e.problem().status()).isEqualTo(status);
              assertThat(e.problem().code()).isEqualTo(code);
            });
  }

  @ParameterizedTest
  @ValueSource(longs = {0, VOLUME})
  void nothingIsLostOrHalfSeenWhileTheFilesMove(long limit) throws Exception {
    create("w");
    for (int i = 0; i < 200; i++) {
      write("w", "d" + i % 20 + "/f" + i, "0").await();
    }
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger written = new AtomicInteger();
    List<Throwable> failures = new ArrayList<>();
    List<Thread> users = new ArrayList<>();
    users.add(
        user(
            failures,
            over,
            () -> {
              int next = written.get() + 1;
              write("w", "d0/f0", Integer.toString(next)).await();
              write("w", "new" + next, "x").await();
              written.set(next);
            }));
    users.add(
        user(
            failures,
            over,
            () -> {
              int before = written.get();
              assertThat(Integer.parseInt(read("w", "d0/f0"))).isGreaterThanOrEqualTo(before);
              assertThat(read("w", "d19/f199")).isEqualTo("0");
            }));
    users.add(
        user(
            failures,
            over,
            () -> {
              int before = written.get();
              assertThat(listed("w")).isGreaterThanOrEqualTo(200 + before);
            }));
    Path last = null;
    for (int i = 0; i < 6; i++) {
      if (limit > 0) {
        last = access.ensure("w", OWNER, limit + (long) i * (1 << 20)).await();
      } else {
        Prepared prepared = access.prepare(0).await();
        last = access.occupy("w", OWNER, prepared.token()).await();
        assertThat(last).isEqualTo(prepared.directory());
      }
    }
    over.set(true);
    for (Thread user : users) {
      user.join();
    }
    assertThat(failures).isEmpty();
    assertThat(written.get()).isPositive();
    assertThat(listed("w")).isEqualTo(200 + written.get());
    assertThat(last.resolve("d0/f0")).hasContent(Integer.toString(written.get()));
  }

  private interface Step {
    void run() throws Exception;
  }

  private static Thread user(List<Throwable> failures, AtomicBoolean over, Step step) {
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                while (!over.get()) {
                  step.run();
                }
              } catch (Throwable e) {
                synchronized (failures) {
                  failures.add(e);
                }
              }
            });
  }

  @ParameterizedTest
  @ValueSource(longs = {0, VOLUME})
  void aWorkspaceIsMadeWhereThereIsNoneAndOthersSeeNothing(long limit) {
    Prepared prepared = access.prepare(limit).await();
    assertThat(access.occupy("new", OWNER, prepared.token()).await())
        .isEqualTo(prepared.directory());
    assertThat(access.hasVolume("new").await()).isEqualTo(limit > 0);
    assertThat(access.ensure("new", OWNER, limit).await()).isEqualTo(prepared.directory());
    Prepared second = access.prepare(limit).await();
    fails(404, "not_found", access.occupy("new", "somebody", second.token()));
    if (limit > 0) {
      fails(409, "workspace_has_volume", access.occupy("new", OWNER, second.token()));
    } else {
      fails(404, "not_found", access.occupy("new", OWNER, "0".repeat(24)));
    }
    access.unprepare(Set.of(second.token(), prepared.token()), false).await();
    eventuallyGone(second.directory());
    assertThat(prepared.directory()).isDirectory();
  }

  private static void eventuallyGone(Path path) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (Files.exists(path) && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(path).doesNotExist();
  }

  @Test
  void anUploadBegunBeforeTheMoveArrivesAfterIt() {
    create("w");
    UploadSession upload =
        bus.ask(
                JobMessages.UPLOAD,
                shard("w"),
                new JobMessages.BeginUpload(new Ref("w", OWNER), WorkspacePath.parse("up"), -1))
            .await();
    upload.append(io.vertx.core.buffer.Buffer.buffer("first ")).await();
    access.ensure("w", OWNER, VOLUME).await();
    upload.append(io.vertx.core.buffer.Buffer.buffer("second")).await();
    upload.commit().await();
    assertThat(read("w", "up")).isEqualTo("first second");
  }

  @Test
  void whatDoesNotFitIsToldAndStays() throws Exception {
    create("w");
    write("w", "big", "x".repeat(5 << 20)).await();
    fails(413, "too_large", access.ensure("w", OWNER, 2 << 20));
    assertThat(read("w", "big")).hasSize(5 << 20);
    assertThat(access.hasVolume("w").await()).isFalse();
    eventuallyNoVolume();
  }

  private void eventuallyNoVolume() throws Exception {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!VolumeMounts.below(jobs).isEmpty() && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(VolumeMounts.below(jobs)).isEmpty();
  }

  @Test
  void aDeletedWorkspaceCannotBeOccupiedAndFreesItsVolume() throws Exception {
    create("w");
    access.ensure("w", OWNER, VOLUME).await();
    write("w", "f", "x").await();
    access.delete("w", OWNER).await();
    eventuallyNoVolume();
    assertThat(jobs.resolve("w")).doesNotExist();
    create("w");
    assertThat(listed("w")).isZero();
  }

  @Test
  void aRestartedServerGoesOnWithThem() {
    create("w");
    write("w", "f", "before").await();
    Path directory = access.ensure("w", OWNER, VOLUME).await();
    Prepared kept = access.prepare(VOLUME).await();
    Prepared forgotten = access.prepare(VOLUME).await();
    stop();
    open();
    access.unprepare(Set.of(kept.token()), true).await();
    assertThat(read("w", "f")).isEqualTo("before");
    assertThat(access.ensure("w", OWNER, VOLUME).await()).isEqualTo(directory);
    assertThat(kept.directory()).isDirectory();
    eventuallyGone(forgotten.directory());
    assertThat(access.occupy("other", OWNER, kept.token()).await()).isEqualTo(kept.directory());
  }
}
