package ai.bharatbuild.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.config.SettingsLoader;
import ai.bharatbuild.events.DomainEvent;
import ai.bharatbuild.events.Heard;
import ai.bharatbuild.files.Ownership;
import ai.bharatbuild.jobs.JobMessages.Ref;
import ai.bharatbuild.limits.OwnerLimits;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobEventsTest {
  @TempDir Path temp;
  private final Vertx vertx = Vertx.vertx();
  private final Heard<DomainEvent> heard = new Heard<>();
  private Bus bus;
  private Settings.Jobs settings;
  private JobStorage storage;

  @BeforeEach
  void open() {
    settings =
        SettingsLoader.of(new JsonObject().put("JOBS_BASE_PATH", temp.resolve("jobs").toString()))
            .jobs();
    bus = Bus.install(vertx);
    storage =
        JobStorage.open(
            bus, settings, new Ownership(65_534, 65_534), SandboxRemover.NONE, JobHistory.NONE);
    AtomicInteger shard = new AtomicInteger();
    JobAdmission unlimited = new JobAdmission(storage.bus, settings.instances(), OwnerLimits.NONE);
    vertx
        .deployVerticle(
            () -> new JobStorageVerticle(storage, unlimited, shard.getAndIncrement()),
            new DeploymentOptions().setInstances(settings.instances()))
        .await();
    bus.listen(DomainEvent.TOPIC, heard::add);
  }

  @AfterEach
  void close() {
    vertx.close().await();
    storage.close();
  }

  private void create(String id) throws Exception {
    bus.ask(
            JobMessages.CREATE,
            Bus.shardOf(id, settings.instances()),
            new JobMessages.Create(new Ref(id, "asha", false), "Shop"))
        .await(30, TimeUnit.SECONDS);
  }

  private void change(String id, JobStatus.Event event, String error) throws Exception {
    bus.ask(
            JobMessages.CHANGE,
            Bus.shardOf(id, settings.instances()),
            new JobMessages.Change(new Ref(id, "asha", false), event, error))
        .await(30, TimeUnit.SECONDS);
  }

  @Test
  void completingIsToldOnceHoweverOftenItIsAsked() throws Exception {
    create("shop");
    create("last");
    change("shop", JobStatus.Event.COMPLETE, null);
    change("shop", JobStatus.Event.COMPLETE, null);
    change("last", JobStatus.Event.COMPLETE, null);
    DomainEvent event = heard.next(e -> e.data().get("job_id").equals("shop"));
    heard.next(e -> e.data().get("job_id").equals("last"));

    assertThat(heard.all()).hasSize(2);
    assertThat(event.type()).isEqualTo("job.complete");
    assertThat(event.owner()).isEqualTo("asha");
    assertThat(event.id()).matches("evt_[0-9a-f]{24}");
    assertThat(event.data())
        .containsEntry("project_name", "Shop")
        .containsEntry("status", "complete")
        .containsEntry("download_url", "/api/v1/jobs/shop/download");
  }

  @Test
  void eachCompletionAndFailureIsTold() throws Exception {
    create("shop");
    change("shop", JobStatus.Event.COMPLETE, null);
    change("shop", JobStatus.Event.REOPEN, null);
    change("shop", JobStatus.Event.FAIL, "no space");
    DomainEvent failed = heard.next(e -> e.type().equals("job.failed"));

    assertThat(heard.all().stream().map(DomainEvent::type))
        .containsExactly("job.complete", "job.failed");
    assertThat(heard.all().stream().map(DomainEvent::id)).doesNotHaveDuplicates();
    assertThat(failed.data()).containsEntry("error_message", "no space");
  }
}
