package ai.bharatbuild.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.config.InvalidSettingException;
import ai.bharatbuild.sandbox.RuntimeUnavailableException;
import ai.bharatbuild.sandbox.Sandbox;
import ai.bharatbuild.sandbox.SandboxRuntime;
import ai.bharatbuild.sandbox.SandboxRuntimeContractHarness;
import ai.bharatbuild.sandbox.SandboxRuntimeContractRecorder;
import ai.bharatbuild.sandbox.SandboxSpec;
import com.github.dockerjava.api.DockerClient;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is special about containers whose agents have sockets of their own. */
class SocketContainersIT extends SandboxRuntimeContractHarness {
  private static final String SERVE =
      "require('net').createServer(s => s.end('here')).listen(9000, () =>"
          + " console.log('listening'))";

  @TempDir Path directory;

  @Override
  protected SandboxRuntime open(Vertx vertx, String serverId) {
    return DockerTestSetup.openBySocket(vertx, serverId);
  }

  @Override
  protected void give(Path workspace) throws IOException {
    DockerTestSetup.give(workspace);
  }

  @Override
  protected int uid() {
    return DockerTestSetup.UID;
  }

  @Test
  void runCommandsWithoutTheEngine() throws Exception {
    Path relayed = directory.resolve("engine.sock");
    EngineRelay relay = new EngineRelay(vertx, relayed);
    await(relay.open());
    String server = UUID.randomUUID().toString();
    SandboxRuntime cut =
        DockerRuntime.start(
            vertx, DockerTestSetup.settings(server, relayed, DockerTestSetup.SOCKETS.resolve("r")));
    Sandbox made = await(cut.create(spec(newWorkspace())));
    await(relay.close());
    var recorder = new SandboxRuntimeContractRecorder();
    await(cut.exec(made.handle(), shell("echo without an engine"), recorder));
    assertThat(recorder.awaitEnd().code()).isZero();
    assertThat(recorder.text()).isEqualTo("without an engine\n");
    assertThat(await(cut.ask(made.handle(), "ps")).toJsonArray()).isEmpty();
    assertThatThrownBy(() -> await(cut.ping())).isInstanceOf(RuntimeUnavailableException.class);
    await(relay.open());
    await(cut.remove(made.handle()));
    await(cut.close());
    await(relay.close());
  }

  private void serve(Sandbox sandbox) {
    start(sandbox, command("node", "-e", SERVE)).awaitText("listening\n"::equals);
  }

  private static boolean isThere(Sandbox sandbox) throws IOException {
    try (Socket socket = new Socket()) {
      // Whatever the host's own network has at that address must not be taken for it.
      socket.connect(new InetSocketAddress(sandbox.address(), 9000), 2_000);
      socket.setSoTimeout(2_000);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .equals("here");
    } catch (ConnectException | SocketTimeoutException | NoRouteToHostException e) {
      return false;
    }
  }

  /** As {@code docker network prune} does, which does not know that it is used. */
  @Test
  void goOnWhenTheirNetworkIsRemovedAndMadeAgain() throws Exception {
    Sandbox first = await(runtime.create(spec(newWorkspace())));
    serve(first);
    assertThat(isThere(first)).isTrue();
    String network = DockerTestSetup.ownNetwork(serverId);
    try (DockerClient docker = DockerControl.client(DockerTestSetup.SOCKET)) {
      docker.removeNetworkCmd(network).exec();
    }
    assertThat(isThere(first)).isFalse();
    Sandbox second = await(runtime.create(spec(newWorkspace())));
    serve(second);
    assertThat(isThere(second)).isTrue();
    assertThat(isThere(first)).isTrue();
    await(runtime.remove(first.handle()));
    await(runtime.remove(second.handle()));
  }

  @Test
  void keepTheirAddressWhenTheyAreStartedAgain() throws Exception {
    Sandbox made = await(runtime.create(spec(newWorkspace())));
    await(runtime.stop(made.handle(), Duration.ZERO));
    assertThat(await(runtime.inspect(made.handle())).address()).isNull();
    Sandbox again = await(runtime.start(made.handle()));
    assertThat(again.address()).isEqualTo(made.address());
    serve(again);
    assertThat(isThere(again)).isTrue();
    await(runtime.remove(made.handle()));
  }

  @Test
  void haveADirectoryThatOnlyRootGetsAtAndThatGoesWithThem() throws Exception {
    SandboxSpec spec = spec(newWorkspace());
    Sandbox made = await(runtime.create(spec));
    Path own = DockerTestSetup.SOCKETS.resolve(serverId).resolve(spec.incarnation());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
        .isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own.getParent())))
        .isEqualTo("rwx------");
    var reach = run(made, shell("ls /run/agent; echo > /run/agent/x; cat /run/agent/agent.sock"));
    assertThat(reach.text()).isEmpty();
    assertThat(reach.errors().lines()).hasSize(3).allMatch(line -> line.contains("ermission"));
    await(runtime.remove(made.handle()));
    assertThat(own).doesNotExist();
  }

  @Test
  void areReachedAgainAfterTheyWereStopped() throws Exception {
    Sandbox made = await(runtime.create(spec(newWorkspace())));
    for (int i = 0; i < 3; i++) {
      await(runtime.stop(made.handle(), Duration.ZERO));
      await(runtime.start(made.handle()));
      assertThat(run(made, shell("echo up")).text()).isEqualTo("up\n");
    }
    await(runtime.remove(made.handle()));
  }

  @Test
  void leaveNothingThatTheNextServerDoesNotFind() throws Exception {
    String server = UUID.randomUUID().toString();
    Path root = DockerTestSetup.SOCKETS.resolve(server);
    SandboxRuntime first = open(vertx, server);
    SandboxSpec spec = spec(newWorkspace());
    Sandbox made = await(first.create(spec));
    await(first.close());
    Path leftover = Files.createDirectories(root.resolve("leftover/with"));
    Files.writeString(leftover.resolve("file"), "x");
    Path target = Files.writeString(directory.resolve("target"), "stays");
    Files.createSymbolicLink(leftover.resolve("link"), target);
    Path fresh = root.resolve("fresh");
    FileTime old = FileTime.from(Instant.now().minusSeconds(60));
    Files.setLastModifiedTime(root.resolve("leftover"), old);
    Files.setLastModifiedTime(root.resolve(spec.incarnation()), old);
    SandboxRuntime next = open(vertx, server);
    Files.createDirectory(fresh);
    assertThat(await(next.list())).containsExactly(made);
    assertThat(root.resolve("leftover")).doesNotExist();
    assertThat(target).hasContent("stays");
    assertThat(root.resolve(spec.incarnation())).exists();
    assertThat(fresh).as("of a sandbox that is just being made").exists();
    Files.delete(fresh);
    await(next.remove(made.handle()));
    await(next.close());
    assertThat(root).doesNotExist();
  }

  @Test
  void areRefusedWhereTheirSocketsPathsWouldBeTooLong() {
    Path deep = Path.of("/" + "d".repeat(60));
    assertThatThrownBy(() -> new AgentSockets(deep))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("SANDBOX_SOCKET_DIR")
        .hasMessageContaining("107");
    assertThat(new AgentSockets(Path.of("/" + "d".repeat(57))).socket("i".repeat(36)).toString())
        .hasSize(106);
  }
}
