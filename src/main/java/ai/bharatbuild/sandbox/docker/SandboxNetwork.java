package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.RuntimeUnavailableException;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Network;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bridge network of the sandboxes, on which none reaches another. All methods block. */
final class SandboxNetwork {
  private static final Logger LOG = LoggerFactory.getLogger(SandboxNetwork.class);
  private static final String BETWEEN_CONTAINERS = "com.docker.network.bridge.enable_icc";
  private static final String BRIDGE_NAME = "com.docker.network.bridge.name";

  private final DockerClient docker;
  private final String name;

  SandboxNetwork(DockerClient docker, String name) {
    this.docker = docker;
    this.name = name;
  }

  /**
   * Makes the network when it is missing, and refuses one that connects containers.
   *
   * @param before the addresses that one of the name had, which a new one gets again if they are
   *     free; null for any
   * @return its addresses; empty where the engine does not tell
   */
  synchronized Optional<Lan> ensure(Lan before) {
    try {
      return Lan.of(checked());
    } catch (NotFoundException e) {
      createLike(before);
      return Lan.of(checked());
    }
  }

  private Network checked() {
    Network found = docker.inspectNetworkCmd().withNetworkId(name).exec();
    check(found);
    return found;
  }

  private void createLike(Lan before) {
    if (before == null) {
      create(new Network.Ipam());
      return;
    }
    try {
      create(
          new Network.Ipam()
              .withConfig(
                  new Network.Ipam.Config()
                      .withSubnet(before.subnet().toString())
                      .withGateway(before.gateway())));
    } catch (DockerException e) {
      LOG.warn("the network {} cannot have its addresses again: {}", name, e.getMessage());
      create(new Network.Ipam());
    }
  }

  private void create(Network.Ipam addresses) {
    try {
      docker
          .createNetworkCmd()
          .withIpam(addresses)
          .withName(name)
          .withDriver("bridge")
          .withCheckDuplicate(true)
          .withOptions(Map.of(BETWEEN_CONTAINERS, "false", BRIDGE_NAME, bridge()))
          .exec();
    } catch (ConflictException e) {
      LOG.debug("another server made the network {} at the same moment", name);
    }
  }

  /** Removes the network, if it is such a one, unless a container is still on it. */
  synchronized void removeUnused() {
    try {
      checked();
      docker.removeNetworkCmd(name).exec();
    } catch (RuntimeException e) {
      LOG.debug("the network {} stays: {}", name, e.getMessage());
    }
  }

  private void check(Network network) {
    if (!"false".equals(network.getOptions().get(BETWEEN_CONTAINERS))) {
      throw new RuntimeUnavailableException(
          "The network "
              + name
              + " lets containers reach each other. Remove it, or name another one with"
              + " SANDBOX_NETWORK.",
          null);
    }
    // The rules that keep sandboxes where they belong go by the interface.
    if (!bridge().equals(network.getOptions().get(BRIDGE_NAME))) {
      throw new RuntimeUnavailableException(
          "The network "
              + name
              + " was not made by this server. Remove it, or name another one with"
              + " SANDBOX_NETWORK.",
          null);
    }
  }

  private String bridge() {
    return bridge(name);
  }

  /**
   * The interface's name, at most 15 characters. The firewall rule of scripts/engine.sh, which
   * keeps sandboxes from the host's services, goes by its beginning.
   */
  static String bridge(String name) {
    return "bb-" + HexFormat.of().toHexDigits(name.hashCode());
  }
}
