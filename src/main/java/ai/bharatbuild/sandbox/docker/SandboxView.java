package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.ProjectType;
import ai.bharatbuild.sandbox.Sandbox;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Ports;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the engine's description of a container as a sandbox. */
final class SandboxView {
  private static final int KILLED = 137;

  private SandboxView() {}

  static boolean isOurs(InspectContainerResponse container, String serverId) {
    Map<String, String> labels = container.getConfig().getLabels();
    return labels != null && serverId.equals(labels.get(Labels.SERVER));
  }

  static Sandbox of(InspectContainerResponse container) {
    Map<String, String> labels = container.getConfig().getLabels();
    boolean running = Boolean.TRUE.equals(container.getState().getRunning());
    return new Sandbox(
        container.getId(),
        labels.get(Labels.WORKSPACE),
        labels.get(Labels.INCARNATION),
        ProjectType.of(labels.get(Labels.TYPE)).orElse(null),
        state(container.getState()),
        running ? address(container) : null,
        Instant.parse(container.getCreated()),
        startedAt(container.getState()),
        running ? ports(container) : Map.of(),
        container.getImageId(),
        Labels.given(labels));
  }

  /** Whether it was made with a directory for its agent's socket. */
  static boolean hasSocket(InspectContainerResponse container) {
    return container.getMounts() != null
        && container.getMounts().stream()
            .anyMatch(
                mount ->
                    mount.getDestination() != null
                        && AgentSockets.MOUNT.equals(mount.getDestination().getPath()));
  }

  /** The variables that every command in the sandbox gets, the image's among them. */
  static Map<String, String> environment(InspectContainerResponse container) {
    Map<String, String> environment = new LinkedHashMap<>();
    String[] entries = container.getConfig().getEnv();
    for (String entry : entries == null ? new String[0] : entries) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        environment.put(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
    return environment;
  }

  private static Sandbox.State state(ContainerState state) {
    return switch (String.valueOf(state.getStatus())) {
      case "created" -> Sandbox.State.CREATING;
      case "running", "restarting" -> Sandbox.State.RUNNING;
      case "paused" -> Sandbox.State.PAUSED;
      case "exited" -> failed(state) ? Sandbox.State.ERROR : Sandbox.State.STOPPED;
      default -> Sandbox.State.ERROR;
    };
  }

  /** The engine also marks a sandbox in which only a command ran out of memory. */
  private static boolean failed(ContainerState state) {
    Long code = state.getExitCodeLong();
    boolean memory = Boolean.TRUE.equals(state.getOOMKilled()) && code != null && code == KILLED;
    return memory || (state.getError() != null && !state.getError().isEmpty());
  }

  /** The address that the server gave to it; null for none. */
  static String ownAddress(InspectContainerResponse container) {
    return container.getConfig().getLabels().get(Labels.ADDRESS);
  }

  private static String address(InspectContainerResponse container) {
    String own = ownAddress(container);
    return own == null ? engineAddress(container) : own;
  }

  private static String engineAddress(InspectContainerResponse container) {
    return container.getNetworkSettings().getNetworks().values().stream()
        .map(ContainerNetwork::getIpAddress)
        .filter(address -> address != null && !address.isEmpty())
        .findFirst()
        .orElse(null);
  }

  /** The engine's zero time means never. */
  private static Instant startedAt(ContainerState state) {
    Instant instant = state.getStartedAt() == null ? null : Instant.parse(state.getStartedAt());
    return instant == null || instant.isBefore(Instant.EPOCH) ? null : instant;
  }

  private static Map<Integer, Integer> ports(InspectContainerResponse container) {
    Map<Integer, Integer> ports = new HashMap<>();
    Ports published = container.getNetworkSettings().getPorts();
    Map<ExposedPort, Ports.Binding[]> bindings =
        published == null ? Map.of() : published.getBindings();
    bindings.forEach(
        (port, hosts) -> {
          if (hosts != null && hosts.length > 0) {
            ports.put(port.getPort(), Integer.valueOf(hosts[0].getHostPortSpec()));
          }
        });
    return Map.copyOf(ports);
  }
}
