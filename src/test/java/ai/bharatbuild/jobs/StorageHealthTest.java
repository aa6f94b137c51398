package ai.bharatbuild.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.config.SettingsLoader;
import ai.bharatbuild.files.Ownership;
import ai.bharatbuild.limits.OwnerLimits;
import ai.bharatbuild.telemetry.Health.Check;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageHealthTest {
  @TempDir Path temp;
  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private JobStorage storage;
  private StorageHealth health;

  @BeforeEach
  void open() {
    Settings.Jobs settings =
        SettingsLoader.of(new JsonObject().put("JOBS_BASE_PATH", temp.resolve("jobs").toString()))
            .jobs();
    Ownership nobody = new Ownership(65_534, 65_534);
    storage =
        JobStorage.open(Bus.install(vertx), settings, nobody, SandboxRemover.NONE, JobHistory.NONE);
    AtomicInteger shard = new AtomicInteger();
    JobAdmission unlimited = new JobAdmission(storage.bus, settings.instances(), OwnerLimits.NONE);
    vertx
        .deployVerticle(
            () -> new JobStorageVerticle(storage, unlimited, shard.getAndIncrement()),
            new DeploymentOptions().setInstances(settings.instances()))
        .await();
    health = new StorageHealth(storage, registry);
  }

  @AfterEach
  void close() {
    vertx.close().await();
    storage.close();
  }

  private double free() {
    return registry.get("bharatbuild.jobs.disk.free.bytes").gauge().value();
  }

  @Test
  void theDiskIsAskedOnFileThreadsAlone() throws Exception {
    CountDownLatch diskAnswers = new CountDownLatch(1);
    for (int i = 0; i < storage.settings.workers(); i++) {
      storage.workers.run(() -> diskAnswers.await(30, TimeUnit.SECONDS));
    }
    Future<Check> check = health.check();
    // Every shard has answered by now, so only the disk can be what the check waits for.
    for (int shard = 0; shard < storage.settings.instances(); shard++) {
      storage
          .bus
          .ask(JobMessages.STATS, Integer.toString(shard), new JobMessages.Everything())
          .await(30, TimeUnit.SECONDS);
    }
    assertThat(check.isComplete()).isFalse();
    assertThat(free()).isNaN();

    diskAnswers.countDown();
    assertThat(check.await(30, TimeUnit.SECONDS).status()).isIn("ok", "degraded");
    assertThat(free()).isPositive();
  }
}
