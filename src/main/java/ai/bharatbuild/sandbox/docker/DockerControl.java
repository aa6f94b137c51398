package ai.bharatbuild.sandbox.docker;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine's calls that make, change and describe containers. All methods block. */
final class DockerControl {
  private static final Logger LOG = LoggerFactory.getLogger(DockerControl.class);

  private final DockerSettings settings;
  private final DockerClient docker;
  private final SandboxNetwork network;
  private final TrustFiles trust;

  DockerControl(DockerSettings settings) {
    this.settings = settings;
    DockerClientConfig config =
        DefaultDockerClientConfig.createDefaultConfigBuilder()
            .withDockerHost("unix://" + settings.socket())
            .withDockerTlsVerify(false)
            .build();
    this.docker =
        DockerClientImpl.getInstance(
            config,
            new ApacheDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .maxConnections(StaleConnections.MOST)
                .build());
    this.network = new SandboxNetwork(docker, settings.network());
    this.trust =
        settings.caBundle() == null
            ? null
            : new TrustFiles(settings.caBundle(), settings.stateDirectory());
  }

  String describe() {
    Info info = docker.infoCmd().exec();
    String runtime =
        settings.runtime().isEmpty()
            ? String.valueOf(info.getRawValues().getOrDefault("DefaultRuntime", "runc"))
            : settings.runtime();
    return "docker " + info.getServerVersion() + ", " + runtime;
  }

  /** Makes and starts a container, or leaves nothing behind. */
  InspectContainerResponse create(SandboxSpec spec) {
    String image = image(spec);
    if (spec.network()) {
      network.ensure();
    }
    if (trust != null) {
      trust.refresh();
    }
    try {
      String handle =
          new ContainerPlan(settings, trust, spec)
              .apply(docker.createContainerCmd(image))
              .exec()
              .getId();
      docker.startContainerCmd(handle).exec();
      return inspect(handle);
    } catch (RuntimeException e) {
      undo(spec);
      throw inCreation(e);
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
    inspect(handle);
    try {
      docker.startContainerCmd(handle).exec();
    } catch (NotModifiedException e) {
      LOG.debug("{} runs already", handle);
    }
    return inspect(handle);
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
    inspect(handle);
    forceRemove(handle);
  }

  void close() {
    try {
      docker.close();
    } catch (IOException e) {
      LOG.debug("closing the engine's client", e);
    }
  }

  private String image(SandboxSpec spec) {
    String image = settings.imagePrefix() + "/" + spec.type().id();
    try {
      Map<String, String> labels = docker.inspectImageCmd(image).exec().getConfig().getLabels();
      if (labels != null && "1".equals(labels.get(Labels.AGENT))) {
        return image;
      }
    } catch (NotFoundException e) {
      LOG.debug("no image {}", image);
    }
    throw new RuntimeUnavailableException(
        "The runtime image " + image + " is missing or out of date; run scripts/images.sh.", null);
  }

  /** By incarnation, because an answer with the container's id may have been lost. */
  private void undo(SandboxSpec spec) {
    // A call that was interrupted for taking too long would make every further call fail.
    Thread.interrupted();
    try {
      handles(Labels.INCARNATION, spec.incarnation(), true).forEach(this::forceRemove);
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
