package ai.bharatbuild.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.bus.Address;
import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.config.SettingsLoader;
import ai.bharatbuild.files.OpenFile;
import ai.bharatbuild.files.Ownership;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.it.TestServer;
import ai.bharatbuild.jobs.JobMessages.Ref;
import ai.bharatbuild.limits.OwnerLimits;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What jobs were completed with is held until somebody keeps it, which nobody does here. */
class JobCompletionTest {
  private static final String ID = "shop";

  @TempDir Path temp;
  private Vertx vertx;
  private Bus bus;
  private Settings.Jobs settings;
  private JobStorage storage;

  @BeforeEach
  void open() {
    open(JobHistory.NONE);
  }

  private void open(JobHistory history) {
    vertx = Vertx.vertx();
    settings =
        SettingsLoader.of(
                new JsonObject()
                    .put("JOBS_BASE_PATH", temp.resolve("jobs").toString())
                    .put("MAX_ZIP_CONTENT_MB", 4))
            .jobs();
    bus = Bus.install(vertx);
    storage =
        JobStorage.open(bus, settings, new Ownership(65_534, 65_534), SandboxRemover.NONE, history);
    AtomicInteger shard = new AtomicInteger();
    JobAdmission unlimited = new JobAdmission(storage.bus, settings.instances(), OwnerLimits.NONE);
    vertx
        .deployVerticle(
            () -> new JobStorageVerticle(storage, unlimited, shard.getAndIncrement()),
            new DeploymentOptions().setInstances(settings.instances()))
        .await();
  }

  @AfterEach
  void close() {
    vertx.close().await();
    storage.close();
  }

  /** A server that stops and one that goes on. */
  private void restart() {
    close();
    open();
  }

  private <Q, R> Future<R> ask(Address<Q, R> address, Q question) {
    return bus.ask(address, Bus.shardOf(ID, settings.instances()), question);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(60, TimeUnit.SECONDS);
  }

  private static Ref ref() {
    return new Ref(ID, "asha", false);
  }

  private void create() throws Exception {
    await(ask(JobMessages.CREATE, new JobMessages.Create(ref(), "Shop")));
  }

  private Future<JobView> change(JobStatus.Event event) {
    return ask(JobMessages.CHANGE, new JobMessages.Change(ref(), event, null));
  }

  private Future<JobMessages.Written> write(Ref ref, String path, byte[] content) {
    return ask(JobMessages.WRITE, new JobMessages.Write(ref, WorkspacePath.parse(path), content));
  }

  private void write(String content) throws Exception {
    await(write(ref(), "f", content.getBytes(StandardCharsets.UTF_8)));
  }

  private String held(Completion completion) throws Exception {
    OpenFile file = await(storage.completions().open(completion.id()));
    try (ZipFile zip = ZipFile.builder().setSeekableByteChannel(file.channel()).get()) {
      byte[] content = zip.getInputStream(zip.getEntry("f")).readAllBytes();
      return new String(content, StandardCharsets.UTF_8);
    }
  }

  private List<String> held() throws Exception {
    List<String> contents = new java.util.ArrayList<>();
    for (Completion completion : storage.completions().all()) {
      contents.add(held(completion));
    }
    return contents;
  }

  private static byte[] random(int bytes) {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    return content;
  }

  @Test
  void changesComeBehindWhatWasCompletedHoweverTheyAreSent() throws Exception {
    create();
    await(write(ref(), "large", random(3 << 20)));
    write("1");
    // Nobody waits for an answer: all of this is on its way at once.
    Future<?> completed = change(JobStatus.Event.COMPLETE);
    Future<?> reopened = change(JobStatus.Event.REOPEN);
    await(Future.all(completed, reopened));
    write("2");
    await(change(JobStatus.Event.COMPLETE));
    Ref container = new Ref(ID, "asha", true);
    await(write(container, "f", "late".getBytes(StandardCharsets.UTF_8)));

    assertThat(held()).containsExactly("1", "2");
    Completion first = storage.completions().all().getFirst();
    assertThat(first.job()).isEqualTo(ID);
    assertThat(first.owner()).isEqualTo("asha");
    assertThat(first.projectName()).isEqualTo("Shop");
  }

  @Test
  void whatIsHeldOutlivesTheServerAndIsHeldOnce() throws Exception {
    create();
    write("1");
    await(change(JobStatus.Event.COMPLETE));
    await(change(JobStatus.Event.REOPEN));
    write("2");
    await(change(JobStatus.Event.COMPLETE));
    // As a server leaves it that is killed: without the ZIP, and with a note of no ZIP.
    close();
    Files.deleteIfExists(temp.resolve("jobs/shop.zip"));
    Path notes = temp.resolve("jobs/.state/completions");
    Files.writeString(notes.resolve("half.json"), "{\"id\": \"half\", \"job\": \"shop\"}");
    open();
    await(ask(JobMessages.DOWNLOAD, new JobMessages.Download(ref(), false))).file().close();

    assertThat(held()).containsExactly("1", "2");
    assertThat(notes.resolve("half.json")).doesNotExist();
    for (Completion completion : storage.completions().all()) {
      await(storage.completions().release(completion.id()));
    }
    assertThat(notes).isEmptyDirectory();
    restart();
    assertThat(storage.completions().all()).isEmpty();
  }

  @Test
  void noMoreIsHeldOfAJobThanTheDiskCanBear() throws Exception {
    create();
    for (int round = 1; round < 8; round++) {
      write("" + round);
      await(change(JobStatus.Event.COMPLETE));
      await(change(JobStatus.Event.REOPEN));
    }
    write("8");
    await(change(JobStatus.Event.COMPLETE));
    assertThatThrownBy(() -> await(change(JobStatus.Event.REOPEN)))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("the object store is away");
    assertThat(await(ask(JobMessages.GET, ref())).status()).isEqualTo(JobStatus.COMPLETE);
    await(storage.completions().release(storage.completions().all().getFirst().id()));
    await(change(JobStatus.Event.REOPEN));
    assertThat(held()).containsExactly("2", "3", "4", "5", "6", "7", "8");
  }

  @Test
  void filesThatAreTooManyForAZipHoldNobodyUp() throws Exception {
    create();
    write("1");
    await(write(ref(), "large", random(5 << 20)));
    await(change(JobStatus.Event.COMPLETE));
    await(change(JobStatus.Event.REOPEN));
    assertThat(storage.completions().all()).isEmpty();
    assertThat(await(ask(JobMessages.GET, ref())).status()).isEqualTo(JobStatus.GENERATING);
  }

  @Test
  void anExpiredJobLeavesWhatItWasCompletedWithAndADeletedOneToo() throws Exception {
    create();
    write("1");
    await(change(JobStatus.Event.COMPLETE));
    close();
    Path record = temp.resolve("jobs/.state/jobs/shop.json");
    JsonObject json = new JsonObject(Files.readString(record));
    Files.writeString(record, json.put("expires_at", Instant.EPOCH.toString()).encode());
    for (Path each : List.of(Path.of("shop.zip"), Path.of(".state/completions"))) {
      remove(temp.resolve("jobs").resolve(each));
    }
    open();
    await(ask(JobMessages.SWEEP, new JobMessages.Everything()));
    assertThat(await(ask(JobMessages.GET, ref())).status()).isEqualTo(JobStatus.EXPIRED);
    assertThat(held()).containsExactly("1");
    // Who keeps a job's history says what becomes of it; see JobHistory.
    await(ask(JobMessages.DELETE, new JobMessages.Delete(ref(), false)));
    assertThat(held()).containsExactly("1");
  }

  private static void remove(Path path) throws Exception {
    if (Files.isDirectory(path)) {
      try (var files = Files.list(path)) {
        for (Path each : files.toList()) {
          Files.delete(each);
        }
      }
    } else {
      Files.deleteIfExists(path);
    }
  }

  @Test
  void nothingIsHeldOfAJobOnceItsDeletionIsNoted() throws Exception {
    AtomicInteger heldAtDoom = new AtomicInteger(-1);
    close();
    JobHistory history =
        new JobHistory() {
          @Override
          public Future<Void> doom(String id, String owner, String incarnation) {
            heldAtDoom.set(storage.completions().all().size());
            return Future.succeededFuture();
          }

          @Override
          public void gone(String id, String owner, String incarnation) {}

          @Override
          public void spared(String id, String owner, String incarnation) {}

          @Override
          public Future<Void> over(String id) {
            return Future.succeededFuture();
          }

          @Override
          public Future<Boolean> removeLeft(String id, String owner) {
            return Future.succeededFuture(false);
          }
        };
    open(history);
    for (int round = 0; round < 20; round++) {
      create();
      await(write(ref(), "f", random(20_000 * round)));
      await(change(JobStatus.Event.COMPLETE));
      await(ask(JobMessages.DELETE, new JobMessages.Delete(ref(), false)));
      assertThat(storage.completions().all()).hasSize(heldAtDoom.get());
      for (Completion completion : storage.completions().all()) {
        await(storage.completions().release(completion.id()));
      }
      TestServer.eventually(
          () -> temp.resolve("jobs/.state/tmp").toFile().list().length, left -> left == 0);
      assertThat(storage.completions().all()).isEmpty();
    }
  }
}
