package ai.bharatbuild.sandbox.docker;

import static java.util.stream.Collectors.toSet;

import ai.bharatbuild.sandbox.RuntimeUnavailableException;
import ai.bharatbuild.sandbox.SandboxGoneException;
import ai.bharatbuild.sandbox.SandboxSpec;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine's calls that make, change and describe containers. All methods block. */
final class DockerControl {
  private static final Logger LOG = LoggerFactory.getLogger(DockerControl.class);

  /** An agent is ready within milliseconds; the engine may have started many at once. */
  private static final Duration AGENT_START = Duration.ofSeconds(5);

  private final DockerSettings settings;
  private final DockerClient docker;
  private final NetworkAccess network;
  private final TrustFiles trust;
  private final AgentSockets sockets;
  private final Recent<Image> images = new Recent<>();

  /**
   * @param sockets null where agents are reached through the engine
   */
  DockerControl(DockerSettings settings, AgentSockets sockets) {
    this.settings = settings;
    this.sockets = sockets;
    this.docker = client(settings.socket());
    this.network = new NetworkAccess(settings, docker);
    this.trust =
        settings.caBundle() == null
            ? null
            : new TrustFiles(settings.caBundle(), settings.stateDirectory());
  }

  static DockerClient client(Path socket) {
    DockerClientConfig config =
        DefaultDockerClientConfig.createDefaultConfigBuilder()
            .withDockerHost("unix://" + socket)
            .withDockerTlsVerify(false)
            .build();
    return DockerClientImpl.getInstance(
        config,
        new ApacheDockerHttpClient.Builder()
            .dockerHost(config.getDockerHost())
            .maxConnections(StaleConnections.MOST)
            .build());
  }

  String describe() {
    Info info = docker.infoCmd().exec();
    String runtime =
        settings.runtime().isEmpty()
            ? String.valueOf(info.getRawValues().getOrDefault("DefaultRuntime", "runc"))
            : settings.runtime();
    return "docker " + info.getServerVersion() + ", " + runtime;
  }

  NetworkAccess network() {
    return network;
  }

  /** Makes and starts a container, or leaves nothing behind. */
  InspectContainerResponse create(SandboxSpec spec) {
    try {
      return makeAgainWhereLost(spec);
    } catch (RuntimeException e) {
      throw inCreation(e);
    }
  }

  private InspectContainerResponse makeAgainWhereLost(SandboxSpec spec) {
    try {
      return make(spec);
    } catch (OwnLinks.UnusableException e) {
      network.leaveToEngine(e);
      return make(spec);
    } catch (NotFoundException e) {
      LOG.info("the engine has lost what it had a moment ago: {}", e.getMessage());
      images.forget();
      network.forget();
      return make(spec);
    }
  }

  private InspectContainerResponse make(SandboxSpec spec) {
    Image image = images.get(settings.imagePrefix() + "/" + spec.type().id(), this::image);
    if (trust != null) {
      trust.refresh();
    }
    Connection connection = network.plan(spec);
    try {
      boolean bySocket = sockets != null && image.agentVersion() >= Labels.SOCKET_VERSION;
      Path directory = bySocket ? sockets.make(spec.incarnation()) : null;
      String handle =
          new ContainerPlan(settings, trust, spec, directory, connection)
              .apply(docker.createContainerCmd(image.name()))
              .exec()
              .getId();
      docker.startContainerCmd(handle).exec();
      InspectContainerResponse container = inspect(handle);
      network.connect(container);
      letBurst(container, true);
      awaitAgent(bySocket ? spec.incarnation() : null);
      return container;
    } catch (RuntimeException e) {
      undo(spec);
      network.give(connection.address());
      throw e;
    }
  }

  /** Whether a sandbox may save processor time; not while its share is being changed. */
  void letBurst(String handle, boolean allowed) {
    letBurst(inspect(handle), allowed);
  }

  private void letBurst(InspectContainerResponse container, boolean allowed) {
    if (!settings.serverIsRoot()) {
      return;
    }
    if (allowed) {
      CpuBurst.allow(container);
    } else {
      CpuBurst.forbid(container);
    }
  }

  private void awaitAgent(String incarnation) {
    if (incarnation != null && !sockets.await(incarnation, AGENT_START)) {
      LOG.warn("the agent of {} has no socket; it is reached through the engine", incarnation);
    }
  }

  List<InspectContainerResponse> list() {
    List<InspectContainerResponse> found = new ArrayList<>();
    for (String handle : handles(Labels.SERVER, settings.serverId(), true)) {
      try {
        found.add(docker.inspectContainerCmd(handle).exec());
      } catch (NotFoundException e) {
        LOG.debug("{} went away while it was listed", handle);
      }
    }
    return found;
  }

  List<String> running() {
    return handles(Labels.SERVER, settings.serverId(), false);
  }

  InspectContainerResponse inspect(String handle) {
    InspectContainerResponse container = docker.inspectContainerCmd(handle).exec();
    if (!SandboxView.isOurs(container, settings.serverId())) {
      throw new SandboxGoneException("The sandbox does not exist.");
    }
    return container;
  }

  InspectContainerResponse start(String handle) {
    InspectContainerResponse container = inspect(handle);
    String incarnation = incarnation(container);
    boolean bySocket = sockets != null && SandboxView.hasSocket(container);
    if (bySocket && !Boolean.TRUE.equals(container.getState().getRunning())) {
      sockets.clear(incarnation);
    }
    try {
      docker.startContainerCmd(handle).exec();
    } catch (NotModifiedException e) {
      LOG.debug("{} runs already", handle);
      return inspect(handle);
    }
    InspectContainerResponse started = inspect(handle);
    reconnect(started);
    letBurst(started, true);
    awaitAgent(bySocket ? incarnation : null);
    return started;
  }

  private void reconnect(InspectContainerResponse started) {
    try {
      network.reconnect(started);
    } catch (RuntimeException e) {
      try {
        docker.killContainerCmd(started.getId()).exec();
      } catch (RuntimeException more) {
        e.addSuppressed(more);
      }
      throw e;
    }
  }

  void stop(String handle, Duration grace) {
    inspect(handle);
    try {
      docker.stopContainerCmd(handle).withTimeout((int) grace.plusMillis(999).toSeconds()).exec();
    } catch (NotModifiedException e) {
      LOG.debug("{} was stopped already", handle);
    }
  }

  void remove(String handle) {
    InspectContainerResponse container = inspect(handle);
    forceRemove(handle);
    network.give(SandboxView.ownAddress(container));
    if (sockets != null) {
      sockets.remove(incarnation(container));
    }
  }

  /** Removes what an earlier server left on the host of sandboxes that are gone. */
  void sweep(List<InspectContainerResponse> containers) {
    if (sockets != null) {
      sockets.sweep(containers.stream().map(DockerControl::incarnation).collect(toSet()));
    }
  }

  private static String incarnation(InspectContainerResponse container) {
    return container.getConfig().getLabels().get(Labels.INCARNATION);
  }

  /** Leaves no network behind that is this server's alone and has no sandbox left. */
  void tidy() {
    // The engine does not know of those that the server connected.
    if (handles(Labels.SERVER, settings.serverId(), true).isEmpty()) {
      network.tidy();
    }
  }

  void close() {
    if (sockets != null) {
      sockets.close();
    }
    try {
      docker.close();
    } catch (IOException e) {
      LOG.debug("closing the engine's client", e);
    }
  }

  private Image image(String image) {
    try {
      Map<String, String> labels = docker.inspectImageCmd(image).exec().getConfig().getLabels();
      int version = Labels.agentVersion(labels);
      if (version > 0) {
        return new Image(image, version);
      }
    } catch (NotFoundException e) {
      LOG.debug("no image {}", image);
    }
    throw new RuntimeUnavailableException(
        "The runtime image " + image + " is missing or out of date; run scripts/images.sh.", null);
  }

  private record Image(String name, int agentVersion) {}

  /** By incarnation, because an answer with the container's id may have been lost. */
  private void undo(SandboxSpec spec) {
    // A call that was interrupted for taking too long would make every further call fail.
    Thread.interrupted();
    try {
      handles(Labels.INCARNATION, spec.incarnation(), true).forEach(this::forceRemove);
      if (sockets != null) {
        sockets.remove(spec.incarnation());
      }
    } catch (RuntimeException e) {
      LOG.warn("a container of workspace {} may be left behind", spec.workspaceId(), e);
    }
  }

  private void forceRemove(String handle) {
    try {
      docker.removeContainerCmd(handle).withForce(true).withRemoveVolumes(true).exec();
    } catch (ConflictException e) {
      LOG.debug("{} is being removed already", handle);
    }
  }

  /** Here "not found" and "conflict" do not speak of a sandbox that was there. */
  private static RuntimeException inCreation(RuntimeException failure) {
    if (failure instanceof DockerException e) {
      LOG.warn("the engine could not make a sandbox: {}", e.getMessage());
      return new RuntimeUnavailableException(
          "The Docker engine could not make the sandbox; its answer is in the server's log.", e);
    }
    return failure;
  }

  private List<String> handles(String label, String value, boolean all) {
    return docker
        .listContainersCmd()
        .withShowAll(all)
        .withLabelFilter(Map.of(label, value))
        .exec()
        .stream()
        .map(Container::getId)
        .toList();
  }
}
