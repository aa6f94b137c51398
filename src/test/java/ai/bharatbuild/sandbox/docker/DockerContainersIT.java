package ai.bharatbuild.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.sandbox.ProjectType;
import ai.bharatbuild.sandbox.RuntimeUnavailableException;
import ai.bharatbuild.sandbox.Sandbox;
import ai.bharatbuild.sandbox.SandboxGoneException;
import ai.bharatbuild.sandbox.SandboxRuntime;
import ai.bharatbuild.sandbox.SandboxRuntimeContractHarness;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is special about sandboxes that are containers. */
class DockerContainersIT extends SandboxRuntimeContractHarness {
  private final DockerClient docker = client();

  @Override
  protected SandboxRuntime open(Vertx vertx, String serverId) {
    return DockerTestSetup.open(vertx, serverId);
  }

  @Override
  protected void give(Path workspace) throws IOException {
    DockerTestSetup.give(workspace);
  }

  @Override
  protected int uid() {
    return DockerTestSetup.UID;
  }

  @AfterAll
  void closeClient() throws IOException {
    docker.close();
  }

  @Test
  void giveTheEngineNothingToEscapeBy() {
    InspectContainerResponse container = docker.inspectContainerCmd(sandbox.handle()).exec();
    HostConfig host = container.getHostConfig();
    assertThat(host.getPrivileged()).isFalse();
    assertThat(host.getCapDrop()).containsExactly(Capability.ALL);
    if (DockerTestSetup.ROOT) {
      assertThat(host.getCapAdd())
          .containsExactlyInAnyOrder(
              Capability.SETUID, Capability.SETGID, Capability.SETPCAP, Capability.KILL);
    } else {
      assertThat(host.getCapAdd()).isNullOrEmpty();
    }
    assertThat(host.getSecurityOpts()).containsExactly("no-new-privileges:true");
    assertThat(host.getReadonlyRootfs()).isTrue();
    assertThat(host.getDevices()).isNullOrEmpty();
    assertThat(host.getMemorySwap()).isEqualTo(host.getMemory()).isEqualTo(LIMITS.memoryBytes());
    assertThat(host.getPidMode()).isNullOrEmpty();
    assertThat(host.getNetworkMode()).isEqualTo("bharatbuild-sandboxes");
    assertThat(host.getPortBindings().getBindings()).isEmpty();
    assertThat(container.getMounts()).noneMatch(mount -> mount.getSource().contains(".sock"));
  }

  /** A server that died between making and starting a container leaves one that it can remove. */
  @Test
  void areFoundWhenTheyWereNeverStarted() throws Exception {
    String half =
        new ContainerPlan(
                DockerTestSetup.settings(serverId),
                null,
                spec(newWorkspace()),
                null,
                Connection.none())
            .apply(docker.createContainerCmd(DockerTestSetup.IMAGES + "/node"))
            .exec()
            .getId();
    assertThat(await(runtime.list()))
        .filteredOn(found -> found.handle().equals(half))
        .extracting(Sandbox::state)
        .containsExactly(Sandbox.State.CREATING);
    await(runtime.remove(half));
  }

  /**
   * The engine keeps the connection open then, in the middle of what the client takes for a body.
   */
  @Test
  void areNotReachedOverTheConnectionOfACommandThatFailedToStart() throws Exception {
    EngineHttp http = new EngineHttp(vertx, DockerTestSetup.SOCKET);
    Context context = vertx.getOrCreateContext();
    for (int i = 0; i < 3; i++) {
      Promise<Object> start = Promise.promise();
      context.runOnContext(
          v ->
              http.hijack("/exec/none/start", new JsonObject())
                  .<Object>mapEmpty()
                  .onComplete(start));
      assertThatThrownBy(() -> await(start.future())).isInstanceOf(SandboxGoneException.class);
    }
    await(http.close());
  }

  @Test
  void refuseANetworkThatConnectsThem() throws Exception {
    String name = "bharatbuild-test-" + serverId;
    String id = docker.createNetworkCmd().withName(name).withDriver("bridge").exec().getId();
    try {
      DockerRuntime other = withNetwork(name);
      assertThatThrownBy(() -> await(other.create(spec(newWorkspace()))))
          .isInstanceOf(RuntimeUnavailableException.class)
          .hasMessageContaining(name);
      await(other.close());
    } finally {
      docker.removeNetworkCmd(id).exec();
    }
  }

  private DockerRuntime withNetwork(String name) {
    DockerSettings settings = DockerTestSetup.settings(serverId);
    return DockerRuntime.start(
        vertx,
        new DockerSettings(
            settings.socket(),
            name,
            settings.imagePrefix(),
            "",
            null,
            settings.stateDirectory(),
            null,
            settings.uid(),
            settings.gid(),
            settings.serverIsRoot(),
            false,
            serverId));
  }

  /** As {@code docker network prune} does, just after the network was seen to be there. */
  @Test
  void getTheirNetworkBackWhenItWasRemoved() throws Exception {
    String name = "bharatbuild-test-lost-" + serverId;
    DockerRuntime other = withNetwork(name);
    try {
      await(other.remove(await(other.create(spec(newWorkspace()))).handle()));
      docker.removeNetworkCmd(name).exec();
      Sandbox second = await(other.create(spec(newWorkspace())));
      assertThat(second.address()).isNotNull();
      await(other.remove(second.handle()));
    } finally {
      // Which removes the network, as it is this server's own.
      await(other.close());
    }
  }

  @ParameterizedTest
  @EnumSource(ProjectType.class)
  void existForEachType(ProjectType type) throws Exception {
    Sandbox made = await(runtime.create(spec(newWorkspace(), type, LIMITS, true)));
    assertThat(run(made, shell("id -u")).text()).isEqualTo(uid() + "\n");
    await(runtime.remove(made.handle()));
  }

  @Test
  void letJavaTrustTheBundleWithoutAWord() throws Exception {
    Path workspace = newWorkspace();
    Files.writeString(workspace.resolve("Fetch.java"), FETCH);
    Sandbox java = await(runtime.create(spec(workspace, ProjectType.JAVA, LIMITS, true)));
    var run = run(java, command("java", "Fetch.java", output("npm config get registry")));
    assertThat(run.errors()).isEmpty();
    assertThat(run.text()).isEqualTo("200\n");
    await(runtime.remove(java.handle()));
  }

  private static DockerClient client() {
    var config =
        DefaultDockerClientConfig.createDefaultConfigBuilder()
            .withDockerHost("unix://" + DockerTestSetup.SOCKET)
            .build();
    return DockerClientImpl.getInstance(
        config, new ApacheDockerHttpClient.Builder().dockerHost(config.getDockerHost()).build());
  }

  private static final String FETCH =
      """
      import java.net.HttpURLConnection;
      import java.net.URI;

      class Fetch {
        public static void main(String[] args) throws Exception {
          var connection = URI.create(args[0] + "is-number").toURL().openConnection();
          System.out.println(((HttpURLConnection) connection).getResponseCode());
        }
      }
      """;
}
