package ai.bharatbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.config.SettingsLoader;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.sandbox.PoolMessages.Taken;
import ai.bharatbuild.sandbox.PoolMessages.Warm;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The order of steps when a waiting sandbox becomes a container's. The ports are played here, since
 * no real firewall waits between two steps of its own; that nothing is left behind on a real engine
 * is tested by {@code NetworkPoolIT}.
 */
class BirthsTest {
  private static final Sandbox WAITING =
      new Sandbox(
          "handle",
          "",
          "incarnation",
          ProjectType.NODE,
          Sandbox.State.RUNNING,
          "172.30.0.2",
          Instant.now(),
          Instant.now(),
          Map.of(),
          null,
          Map.of());

  @TempDir Path temp;
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final Promise<Path> occupied = Promise.promise();
  private final Promise<Void> connected = Promise.promise();
  private Vertx vertx;
  private SandboxStore store;
  private Births births;
  private Container container;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    Bus bus = Bus.install(vertx);
    Settings.Sandboxes settings =
        SettingsLoader.of(new JsonObject().put("JOBS_BASE_PATH", temp.toString())).sandboxes();
    Workspaces.Prepared place = new Workspaces.Prepared("token", temp);
    bus.serve(
            PoolMessages.TAKE,
            PoolMessages.SHARD,
            take -> Future.succeededFuture(new Taken(new Warm(WAITING, place))))
        .await(10, TimeUnit.SECONDS);
    store = new SandboxStore(temp, vertx.createSharedWorkerExecutor("store", 1));
    births =
        new Births(
            bus,
            port(SandboxRuntime.class, Map.of("connect", connected.future())),
            port(
                Workspaces.class,
                Map.of("hasVolume", Future.succeededFuture(false), "occupy", occupied.future())),
            store,
            new Room(bus, 1, new Admission(Long.MAX_VALUE)),
            settings);
    container =
        new Container(
            "w", "u", ProjectType.NODE, ContainerConfig.defaults(settings), Instant.now());
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  /** Notes each call; answers what it is told to, and success to the rest. */
  private <T> T port(Class<T> type, Map<String, Future<?>> answers) {
    BiFunction<String, Object[], Object> answer =
        (name, arguments) -> {
          calls.add(name);
          return answers.getOrDefault(name, Future.succeededFuture());
        };
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answer.apply(method.getName(), arguments)));
  }

  private void awaitCalls(String... names) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!calls.containsAll(List.of(names))) {
      assertThat(System.nanoTime()).as("only " + calls).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  @Test
  void whatIsBeingPutInForceIsAwaitedBeforeTheSandboxIsRemoved() throws Exception {
    Future<Void> made = births.make(container);
    awaitCalls("occupy", "connect");
    occupied.fail(ApiException.tooLarge("It does not fit.", 2, 1));
    // Had it been removed without waiting, that would have been called by now.
    assertThat(calls).containsExactlyInAnyOrder("hasVolume", "occupy", "connect");
    connected.complete();
    assertThatThrownBy(() -> made.await(10, TimeUnit.SECONDS)).isInstanceOf(ApiException.class);
    assertThat(calls)
        .containsExactlyInAnyOrder("hasVolume", "occupy", "connect", "remove", "discard");
  }

  @Test
  void nobodyIsToldOfASandboxWhosePolicyIsNotInForce() throws Exception {
    Future<Void> made = births.make(container);
    awaitCalls("occupy", "connect");
    occupied.complete(temp);
    Path record = temp.resolve("sandboxes/w.json");
    // Whatever was to be written by now is.
    store.worker().executeBlocking(() -> null).await(10, TimeUnit.SECONDS);
    assertThat(made.isComplete()).isFalse();
    assertThat(record).doesNotExist();
    connected.complete();
    made.await(10, TimeUnit.SECONDS);
    assertThat(record).content().contains("incarnation");
    assertThat(container.sandbox()).isSameAs(WAITING);
    assertThat(calls).doesNotContain("remove");
  }
}
