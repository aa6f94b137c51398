package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.Ipv4Range;
import ai.bharatbuild.sandbox.RuntimeUnavailableException;
import ai.bharatbuild.sandbox.SandboxSpec;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sandboxes' network and their way to it: by the server where it can, else by the engine. All
 * methods but {@link #byEngine} block; any thread may call them.
 */
final class NetworkAccess {
  private static final Logger LOG = LoggerFactory.getLogger(NetworkAccess.class);

  private final DockerSettings settings;
  private final SandboxNetwork network;
  private final OwnLinks links;
  private final Recent<Optional<Lan>> recent = new Recent<>();

  NetworkAccess(DockerSettings settings, DockerClient docker) {
    this.settings = settings;
    this.network = new SandboxNetwork(docker, settings.network());
    this.links = new OwnLinks(settings, docker);
  }

  /** Why the engine connects sandboxes, or null where the server does. */
  String byEngine() {
    return links.trouble();
  }

  /** How a new sandbox is to be connected; what it takes is given back by {@link #give}. */
  Connection plan(SandboxSpec spec) {
    return links.plan(spec, spec.network().connected() ? lan() : null);
  }

  /**
   * Connects a sandbox that was just made and started.
   *
   * @throws OwnLinks.UnusableException when only the engine can; the sandbox is of no use then
   */
  void connect(InspectContainerResponse started) {
    if (SandboxView.ownAddress(started) != null) {
      links.connect(started, lan());
    }
  }

  /** Connects a sandbox that was stopped and started again: its network namespace is a new one. */
  void reconnect(InspectContainerResponse started) {
    String address = SandboxView.ownAddress(started);
    if (address == null) {
      return;
    }
    Lan lan = lan();
    if (lan == null || !lan.subnet().overlaps(Ipv4Range.of(address))) {
      throw new RuntimeUnavailableException(
          "The sandbox's network has other addresses now; delete and create it.", null);
    }
    try {
      links.connect(started, lan);
    } catch (OwnLinks.UnusableException e) {
      throw new RuntimeUnavailableException(
          "The sandbox can no longer be connected to its network; delete and create it.", e);
    }
  }

  /** Nobody has this address any more; null for none. */
  void give(String address) {
    links.give(address);
  }

  /** Leaves it to the engine from now on. */
  void leaveToEngine(OwnLinks.UnusableException why) {
    links.stop(why);
  }

  /** Makes the network again that somebody removed while sandboxes were on it. */
  synchronized void mend() {
    if (links.bridgeLost()) {
      LOG.warn("the network {} is gone and is made again", settings.network());
      forget();
      Lan lan = known();
      if (lan != null) {
        links.replug(lan);
      }
    }
  }

  /** The engine says that what it told of is not there. */
  void forget() {
    recent.forget();
  }

  /** Removes the network, unless a sandbox is on it or it is not this server's alone. */
  void tidy() {
    if (settings.network().endsWith("-" + settings.serverId())) {
      network.removeUnused();
    }
  }

  /** Null where the engine does not tell which addresses there are. */
  private Lan lan() {
    mend();
    return known();
  }

  private Lan known() {
    return recent.get(settings.network(), name -> network.ensure(links.lan())).orElse(null);
  }
}
