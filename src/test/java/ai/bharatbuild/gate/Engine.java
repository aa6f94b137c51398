package ai.bharatbuild.gate;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The container engine, seen from outside the server. Thread-safe. */
final class Engine {
  /** On every container that the gate makes itself; the value is this process. */
  static final String LABEL = "ai.bharatbuild.gate";

  static final String SOCKET =
      System.getenv().getOrDefault("DOCKER_SOCKET", "/var/run/docker.sock");
  private static final String WORKSPACE_LABEL = "ai.bharatbuild.workspace";

  /** On sandboxes that the server connected to their network: where they are reached. */
  static final String ADDRESS_LABEL = "ai.bharatbuild.address";

  private final DockerClient client;

  Engine() {
    var config =
        DefaultDockerClientConfig.createDefaultConfigBuilder()
            .withDockerHost("unix://" + SOCKET)
            .build();
    var http = new ApacheDockerHttpClient.Builder().dockerHost(config.getDockerHost()).build();
    client = DockerClientImpl.getInstance(config, http);
  }

  DockerClient client() {
    return client;
  }

  /** The one container that is the sandbox of a workspace. */
  InspectContainerResponse sandbox(String workspaceId) {
    List<Container> found =
        client.listContainersCmd().withLabelFilter(Map.of(WORKSPACE_LABEL, workspaceId)).exec();
    if (found.size() != 1) {
      throw new IllegalStateException(found.size() + " containers for " + workspaceId);
    }
    return client.inspectContainerCmd(found.getFirst().getId()).exec();
  }

  /** Where a workspace's sandbox is reached from the host. */
  String address(String workspaceId) {
    return address(sandbox(workspaceId));
  }

  /** Where a container is reached from the host. */
  static String address(InspectContainerResponse container) {
    String own = container.getConfig().getLabels().get(ADDRESS_LABEL);
    if (own != null) {
      return own;
    }
    return container.getNetworkSettings().getNetworks().values().stream()
        .map(network -> network.getIpAddress())
        .findFirst()
        .orElseThrow();
  }

  static String me() {
    return Long.toString(ProcessHandle.current().pid());
  }

  /** Removes what is left of the gate's own containers. */
  void close() throws IOException {
    client
        .listContainersCmd()
        .withShowAll(true)
        .withLabelFilter(Map.of(LABEL, me()))
        .exec()
        .forEach(left -> client.removeContainerCmd(left.getId()).withForce(true).exec());
    client.close();
  }
}
