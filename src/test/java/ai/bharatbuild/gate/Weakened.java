package ai.bharatbuild.gate;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A container that is, field by field, what the engine says a real sandbox is, but for one defence
 * and with a workspace of its own. Commands in it are run by the engine, as the sandbox's user.
 */
final class Weakened implements AutoCloseable {
  static final String WORKSPACE = "/workspace";

  final HostConfig host;
  final List<Mount> mounts = new ArrayList<>();
  private final List<ExposedPort> exposed = new ArrayList<>();
  final Map<String, String> environment = new LinkedHashMap<>();

  /** As in {@code docker exec --user}. */
  String user = "10001:10001";

  /** The first process. */
  List<String> first = List.of("/usr/local/libexec/bharatbuild/agent", "init");

  private final Arena arena;
  private final InspectContainerResponse model;
  private final Path workspace;
  private String id;

  Weakened(Arena arena, String workspaceId) throws IOException {
    this.arena = arena;
    this.model = arena.engine().sandbox(workspaceId);
    this.host = model.getHostConfig();
    if (model.getConfig().getLabels().containsKey(Engine.ADDRESS_LABEL)) {
      // The server connected it, of which the engine tells nothing: here the engine does.
      host.withNetworkMode(arena.server().network());
    }
    this.workspace =
        Files.setPosixFilePermissions(
            Files.createTempDirectory(arena.controls(), "ws"),
            PosixFilePermissions.fromString("rwxrwxrwx"));
    for (Mount mount : host.getMounts()) {
      // The agent's socket is the sandbox's own, and its workspace is not disturbed.
      if (!mount.getTarget().equals(WORKSPACE) && !mount.getTarget().startsWith("/run/agent")) {
        mounts.add(mount);
      }
    }
  }

  Path workspace() {
    return workspace;
  }

  Arena arena() {
    return arena;
  }

  Weakened bind(String source, String target) {
    mounts.add(new Mount().withType(MountType.BIND).withSource(source).withTarget(target));
    return this;
  }

  /** Publishes a port on all of the host's addresses. */
  Weakened publish(int port) {
    host.withPortBindings(new PortBinding(Ports.Binding.empty(), ExposedPort.tcp(port)));
    exposed.add(ExposedPort.tcp(port));
    return this;
  }

  Weakened start() {
    bind(workspace.toString(), WORKSPACE);
    CreateContainerCmd create =
        arena
            .engine()
            .client()
            .createContainerCmd(model.getConfig().getImage())
            .withCmd(first)
            .withUser("0:0")
            .withWorkingDir(WORKSPACE)
            .withEnv(model.getConfig().getEnv())
            .withLabels(Map.of(Engine.LABEL, Engine.me()))
            .withExposedPorts(exposed)
            .withHostConfig(host.withMounts(mounts));
    id = create.exec().getId();
    arena.engine().client().startContainerCmd(id).exec();
    return this;
  }

  String id() {
    return id;
  }

  /** Runs a shell line to its end. */
  Result run(String line, int seconds) throws IOException, InterruptedException {
    return Commands.run(seconds, command(List.of(), line));
  }

  /** Leaves a shell line running as that user. */
  void background(String as, String line) throws IOException, InterruptedException {
    Commands.output("docker", "exec", "-d", "--user", as, id, "sh", "-c", line);
  }

  /** The engine's command for a shell line. */
  List<String> command(List<String> options, String line) {
    List<String> command = new ArrayList<>(List.of("docker", "exec", "--user", user));
    environment.forEach((name, value) -> command.addAll(List.of("--env", name + "=" + value)));
    command.addAll(options);
    command.addAll(List.of(id, "sh", "-c", line));
    return command;
  }

  @Override
  public void close() {
    if (id != null) {
      arena.engine().client().removeContainerCmd(id).withForce(true).exec();
    }
  }
}
