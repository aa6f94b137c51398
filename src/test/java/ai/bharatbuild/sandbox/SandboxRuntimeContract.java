package ai.bharatbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.sandbox.ExitReport.Cause;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every runtime's sandboxes must do, from their making to their end. */
public abstract class SandboxRuntimeContract extends SandboxRuntimeContractHarness {
  private static final Duration NO_GRACE = Duration.ofSeconds(1);

  @Test
  void describesTheEngine() {
    assertThat(await(runtime.ping())).matches(".+ .+");
  }

  @Test
  void describesASandbox() throws Exception {
    SandboxSpec spec = spec(newWorkspace());
    Sandbox made = await(runtime.create(spec));
    assertThat(made.workspaceId()).isEqualTo(spec.workspaceId());
    assertThat(made.incarnation()).isEqualTo(spec.incarnation());
    assertThat(made.type()).isEqualTo(ProjectType.NODE);
    assertThat(made.state()).isEqualTo(Sandbox.State.RUNNING);
    assertThat(made.labels()).isEqualTo(Map.of("owner", "somebody"));
    assertThat(made.ports()).isEmpty();
    assertThat(made.startedAt()).isBetween(made.createdAt(), Instant.now());
    assertThat(await(runtime.inspect(made.handle()))).isEqualTo(made);
    await(runtime.remove(made.handle()));
    assertThatThrownBy(() -> await(runtime.inspect(made.handle())))
        .isInstanceOf(SandboxGoneException.class);
  }

  @Test
  void sharesTheWorkspaceBothWays() throws Exception {
    Files.writeString(workspace.resolve("from-server"), "hello");
    give(workspace.resolve("from-server"));
    assertThat(
            output("cat from-server && echo changed >from-server && rm from-server && echo gone"))
        .isEqualTo("hellogone");
    output("mkdir made && echo data >made/file");
    assertThat(workspace.resolve("made/file")).hasContent("data\n");
    Files.delete(workspace.resolve("made/file"));
    Files.delete(workspace.resolve("made"));
    assertThat(output("ls -A")).doesNotContain("made");
  }

  @Test
  void stopsAndStartsAgainWithItsFiles() throws Exception {
    SandboxSpec spec = spec(newWorkspace());
    Sandbox made = await(runtime.create(spec));
    run(made, shell("echo kept >kept; sleep 4716 &")).awaitEnd();
    await(runtime.stop(made.handle(), Duration.ofSeconds(5)));
    await(runtime.stop(made.handle(), NO_GRACE));
    Sandbox stopped = await(runtime.inspect(made.handle()));
    assertThat(stopped.state()).isEqualTo(Sandbox.State.STOPPED);
    assertThat(stopped.address()).isNull();
    assertThatThrownBy(() -> start(made, shell("true"))).isInstanceOf(SandboxGoneException.class);
    assertThatThrownBy(() -> await(runtime.stats(made.handle())))
        .isInstanceOf(SandboxGoneException.class);
    assertThat(await(runtime.start(made.handle())).state()).isEqualTo(Sandbox.State.RUNNING);
    assertThat(run(made, shell("cat kept; pgrep -fc '[s]leep 4716'")).text())
        .isEqualTo("kept\n0\n");
    await(runtime.remove(made.handle()));
  }

  @Test
  void removesARunningSandboxAndKeepsTheWorkspace() throws Exception {
    SandboxSpec spec = spec(newWorkspace());
    Sandbox made = await(runtime.create(spec));
    var run = start(made, shell("echo data >file; echo ready; sleep 4717"));
    run.awaitText("ready\n"::equals);
    await(runtime.remove(made.handle()));
    assertThat(run.awaitEnd().cause()).isIn(Cause.LOST, Cause.SIGNALLED);
    assertThat(spec.workspace().resolve("file")).hasContent("data\n");
    assertThatThrownBy(() -> await(runtime.remove(made.handle())))
        .isInstanceOf(SandboxGoneException.class);
  }

  @Test
  void adoptsSandboxesOfAnEarlierRuntimeOfTheSameServerOnly() throws Exception {
    Sandbox made = await(runtime.create(spec(newWorkspace())));
    SandboxRuntime next = open(vertx, serverId);
    SandboxRuntime stranger = open(vertx, UUID.randomUUID().toString());
    assertThat(await(next.list())).contains(made);
    var recorder = new SandboxRuntimeContractRecorder();
    await(next.exec(made.handle(), shell("echo $GREETING"), recorder));
    recorder.awaitEnd();
    assertThat(recorder.text()).isEqualTo("namaste\n");
    assertThat(await(stranger.list())).isEmpty();
    assertThatThrownBy(() -> await(stranger.remove(made.handle())))
        .isInstanceOf(SandboxGoneException.class);
    assertThatThrownBy(() -> await(stranger.exec(made.handle(), shell("true"), recorder)))
        .isInstanceOf(SandboxGoneException.class);
    await(Future.join(next.close(), stranger.close()));
    await(runtime.remove(made.handle()));
  }

  @Test
  void leavesNothingBehindWhenItCannotMakeOne() throws Exception {
    SandboxSpec good = spec(newWorkspace());
    SandboxSpec bad =
        new SandboxSpec(
            good.workspaceId(),
            good.incarnation(),
            good.type(),
            good.workspace().resolve("not-there"),
            good.limits(),
            true,
            List.of(),
            Map.of(),
            Map.of());
    int before = await(runtime.list()).size();
    assertThatThrownBy(() -> await(runtime.create(bad))).isInstanceOf(RuntimeException.class);
    assertThat(await(runtime.list())).hasSize(before);
  }

  @Test
  void finishesWhatItMakesWhenItCloses() throws Exception {
    String otherServer = UUID.randomUUID().toString();
    SandboxRuntime closing = open(vertx, otherServer);
    await(closing.ping());
    List<Future<Sandbox>> made = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      made.add(closing.create(spec(newWorkspace())));
    }
    await(closing.close());
    assertThat(made).allMatch(Future::isComplete);
    SandboxRuntime next = open(vertx, otherServer);
    List<Sandbox> left = await(next.list());
    assertThat(left)
        .containsExactlyInAnyOrderElementsOf(
            made.stream().filter(Future::succeeded).map(Future::result).toList());
    for (Sandbox one : left) {
      await(next.remove(one.handle()));
    }
    await(next.close());
  }

  @Test
  void tellsOfSandboxesThatStop() throws Exception {
    BlockingQueue<String> stopped = new LinkedBlockingQueue<>();
    runtime.onStopped(stopped::add);
    Sandbox byServer = await(runtime.create(spec(newWorkspace())));
    Sandbox removed = await(runtime.create(spec(newWorkspace())));
    await(runtime.stop(byServer.handle(), NO_GRACE));
    assertThat(stopped.poll(30, TimeUnit.SECONDS)).isEqualTo(byServer.handle());
    await(runtime.remove(removed.handle()));
    assertThat(stopped.poll(30, TimeUnit.SECONDS)).isEqualTo(removed.handle());
    await(runtime.remove(byServer.handle()));
  }

  @Test
  void countsWhatItUses() {
    output("node -e 'for (let i = 0; i < 1e9; i++) {}'");
    SandboxStats stats = await(runtime.stats(sandbox.handle()));
    assertThat(stats.cpuNanos()).isPositive();
    assertThat(stats.memoryLimitBytes()).isEqualTo(LIMITS.memoryBytes());
    assertThat(stats.memoryBytes()).isBetween(1L, LIMITS.memoryBytes());
    assertThat(stats.pids()).isPositive();
  }

  @Test
  void freezesAndGoesOn() throws Exception {
    Sandbox made = await(runtime.create(spec(newWorkspace())));
    var counting = start(made, command("node", "-e", "console.log('on'); for (;;) {}"));
    counting.awaitText("on\n"::equals);
    await(runtime.pause(made.handle()));
    assertThat(await(runtime.inspect(made.handle())).state()).isEqualTo(Sandbox.State.PAUSED);
    assertThat(await(runtime.list())).anyMatch(s -> s.state() == Sandbox.State.PAUSED);
    long before = await(runtime.stats(made.handle())).cpuNanos();
    for (int look = 0; look < 20; look++) {
      assertThat(await(runtime.stats(made.handle())).cpuNanos()).isEqualTo(before);
    }
    await(runtime.resume(made.handle()));
    assertThat(await(runtime.inspect(made.handle())).state()).isEqualTo(Sandbox.State.RUNNING);
    counting.session().cancel();
    assertThat(counting.awaitEnd().cause()).isEqualTo(Cause.CANCELLED);
    await(runtime.pause(made.handle()));
    await(runtime.remove(made.handle()));
  }

  @Test
  void changesTheLimitsOfALiveSandbox() throws Exception {
    Sandbox made = await(runtime.create(spec(newWorkspace())));
    Limits less =
        new Limits(
            64 << 20,
            LIMITS.cpus(),
            32,
            LIMITS.fileBytes(),
            LIMITS.tmpfsBytes(),
            LIMITS.openFiles());
    await(runtime.limit(made.handle(), less));
    assertThat(await(runtime.stats(made.handle())).memoryLimitBytes()).isEqualTo(64 << 20);
    assertThat(run(made, command("node", "-e", "Buffer.alloc(200 << 20, 1)")).awaitEnd().cause())
        .isEqualTo(Cause.OOM);
    assertThat(run(made, shell("for i in $(seq 60); do sleep 5 & done")).awaitEnd().cause())
        .isEqualTo(Cause.PIDS_LIMIT);
    await(runtime.remove(made.handle()));
  }

  @Test
  void isReachedAtItsAddress() throws Exception {
    var server = start(command("node", "-e", SERVER));
    server.awaitText("listening\n"::equals);
    try (Socket socket = new Socket(sandbox.address(), 8123);
        InputStream in = socket.getInputStream()) {
      assertThat(in.readAllBytes()).asString().isEqualTo("from inside");
    }
    JsonArray ports = await(runtime.ask(sandbox.handle(), "ports")).toJsonArray();
    assertThat(ports.stream().map(port -> ((JsonObject) port).getInteger("port"))).contains(8123);
    JsonArray processes = await(runtime.ask(sandbox.handle(), "ps")).toJsonArray();
    assertThat(processes).anyMatch(p -> ((JsonObject) p).getString("command").startsWith("node"));
    server.session().cancel();
    server.awaitEnd();
  }

  @Test
  void publishesPortsOnLoopbackWhenAsked() throws Exception {
    SandboxSpec plain = spec(newWorkspace());
    SandboxSpec spec =
        new SandboxSpec(
            plain.workspaceId(),
            plain.incarnation(),
            plain.type(),
            plain.workspace(),
            plain.limits(),
            true,
            List.of(8123),
            Map.of(),
            Map.of());
    Sandbox made = await(runtime.create(spec));
    var server = start(made, command("node", "-e", SERVER));
    server.awaitText("listening\n"::equals);
    try (Socket socket = new Socket("127.0.0.1", made.ports().get(8123));
        InputStream in = socket.getInputStream()) {
      assertThat(in.readAllBytes()).asString().isEqualTo("from inside");
    }
    await(runtime.remove(made.handle()));
    server.awaitEnd();
  }

  @Test
  void failsAQuestionThatTheAgentDoesNotKnow() {
    assertThatThrownBy(() -> await(runtime.ask(sandbox.handle(), "no-such-question")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void makesManyAtOnce() throws Exception {
    List<Future<Sandbox>> all = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      all.add(runtime.create(spec(newWorkspace())));
    }
    for (Future<Sandbox> one : all) {
      await(runtime.remove(await(one).handle()));
    }
  }

  private static final String SERVER =
      "require('net').createServer(s => s.end('from inside'))"
          + ".listen(8123, '0.0.0.0', () => console.log('listening'))";
}
