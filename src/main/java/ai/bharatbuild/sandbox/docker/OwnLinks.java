package ai.bharatbuild.sandbox.docker;

import static java.util.stream.Collectors.toSet;

import ai.bharatbuild.sandbox.RuntimeUnavailableException;
import ai.bharatbuild.sandbox.SandboxSpec;
import ai.bharatbuild.sandbox.linux.HostResolvers;
import ai.bharatbuild.sandbox.linux.Netlink;
import ai.bharatbuild.sandbox.linux.NetworkNamespace;
import ai.bharatbuild.sandbox.linux.Veth;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects sandboxes to their network in the engine's place, which takes two thirds of the time
 * that it needs for a container. The bridge is still the engine's. Where this server cannot do it,
 * the engine does. All methods but {@link #trouble} block; any thread may call them.
 */
final class OwnLinks {
  private static final Logger LOG = LoggerFactory.getLogger(OwnLinks.class);

  /** Not that of bridges, which rules go by. */
  private static final String PREFIX = "bbv-";

  /** This machine, or this server's place on it, does not let it make connections. */
  static final class UnusableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnusableException(String message) {
      super(message);
    }
  }

  private final DockerSettings settings;
  private final DockerClient docker;
  private final String bridge;
  private final NameFiles names;
  private volatile String trouble;
  private boolean checked;
  private Lan lan;
  private AddressPool addresses;

  OwnLinks(DockerSettings settings, DockerClient docker) {
    this.settings = settings;
    this.docker = docker;
    this.bridge = SandboxNetwork.bridge(settings.network());
    this.names = new NameFiles(settings.stateDirectory().resolve("names"));
    this.trouble = excluded(settings);
  }

  private static String excluded(DockerSettings settings) {
    if (!settings.ownLinks()) {
      return "SANDBOX_LINKS says so";
    }
    if (settings.gvisor()) {
      return "gVisor takes none but the engine's";
    }
    if (!settings.serverIsRoot()) {
      return "the server is not root";
    }
    return settings.network().endsWith("-" + settings.serverId())
        ? null
        : "the network is not this server's alone";
  }

  /** Why the engine connects sandboxes, or null where the server does. */
  String trouble() {
    return trouble;
  }

  /**
   * How a sandbox is to be connected; what it takes is given back by {@link #give}.
   *
   * @param network null for a sandbox without network
   */
  synchronized Connection plan(SandboxSpec spec, Lan network) {
    boolean engines = !usable() || !spec.publish().isEmpty();
    if (engines || (spec.network().connected() && !usable(network))) {
      return spec.network().connected()
          ? Connection.byEngine(settings.network())
          : Connection.none();
    }
    try {
      return spec.network().connected() ? own(spec) : Connection.cut(names.hosts(null));
    } catch (IOException e) {
      throw new RuntimeUnavailableException(
          "The files for the sandbox's network cannot be written; why is in the server's log.", e);
    }
  }

  private Connection own(SandboxSpec spec) throws IOException {
    HostResolvers resolvers = HostResolvers.read();
    if (resolvers.addresses().isEmpty()) {
      LOG.debug("the engine knows servers for names that a sandbox cannot ask itself");
      return Connection.byEngine(settings.network());
    }
    Path resolver = names.resolver(resolvers);
    String address = takeAddress();
    if (spec.names() != null) {
      return Connection.own(address, null, null);
    }
    return Connection.own(address, names.hosts(address), resolver);
  }

  private String takeAddress() {
    String address = addresses.take();
    if (address == null) {
      throw new RuntimeUnavailableException("The sandboxes' network has no address left.", null);
    }
    return address;
  }

  /** Whether the server has the rights, which is tried once. */
  private boolean usable() {
    if (trouble == null && !checked) {
      try {
        Veth.check();
        checked = true;
      } catch (IOException e) {
        cannot("it may not: " + e.getMessage());
      }
    }
    return trouble == null;
  }

  private boolean usable(Lan network) {
    if (network == null || !AddressPool.fits(network.subnet())) {
      return false;
    }
    if (!Veth.exists(bridge)) {
      cannot("the network is not on this machine");
      return false;
    }
    if (!network.equals(lan)) {
      try {
        known(network);
      } catch (IOException e) {
        LOG.warn("what earlier sandboxes left cannot be removed", e);
      }
    }
    return true;
  }

  private void cannot(String why) {
    trouble = why;
    LOG.warn("the engine connects sandboxes to their network, which takes longer: {}", why);
  }

  /** Finds out which addresses are taken, by sandboxes that do not run, too. */
  private void known(Lan network) throws IOException {
    Set<String> taken =
        docker.listContainersCmd().withShowAll(true).exec().stream()
            .map(Container::getLabels)
            .filter(Objects::nonNull)
            .map(labels -> labels.get(Labels.ADDRESS))
            .filter(Objects::nonNull)
            .collect(toSet());
    AddressPool pool = new AddressPool(network.subnet());
    pool.reserve(taken);
    lan = network;
    addresses = pool;
    names.keep(taken);
  }

  /**
   * Connects a sandbox that was just started, if that is for the server to do.
   *
   * @throws UnusableException when this server can connect none
   * @throws RuntimeUnavailableException when it cannot be connected
   */
  void connect(InspectContainerResponse container, Lan network) {
    String address = SandboxView.ownAddress(container);
    Long pid = container.getState().getPidLong();
    if (address == null || pid == null || pid == 0) {
      return;
    }
    try (NetworkNamespace namespace = NetworkNamespace.ofProcess(pid)) {
      if (!isOf(pid, container.getId())) {
        throw new NoSuchFileException("another process has its number");
      }
      if (namespace.isOwn()) {
        throw new IOException("the sandbox has the host's network");
      }
      veth(address, network).connect(namespace);
    } catch (Netlink.RefusedException e) {
      throw e.forbidden() ? new UnusableException(e.getMessage()) : failed(container, e);
    } catch (NoSuchFileException e) {
      throw runs(container)
          ? new UnusableException("the sandboxes' processes are not on this machine")
          : failed(container, e);
    } catch (IOException e) {
      throw failed(container, e);
    }
  }

  private boolean runs(InspectContainerResponse container) {
    return Boolean.TRUE.equals(
        docker.inspectContainerCmd(container.getId()).exec().getState().getRunning());
  }

  /**
   * Whether somebody took the bridge away, as the engine does when it is told to remove networks
   * that nobody uses: it does not know of those who do.
   */
  synchronized boolean bridgeLost() {
    return trouble == null && lan != null && !Veth.exists(bridge);
  }

  /** The addresses of the network that sandboxes were last connected to; null for none. */
  synchronized Lan lan() {
    return lan;
  }

  /** Puts the cables of sandboxes that run into the bridge that took the place of another. */
  void replug(Lan network) {
    for (Container container :
        docker
            .listContainersCmd()
            .withLabelFilter(Map.of(Labels.SERVER, settings.serverId()))
            .exec()) {
      String address = container.getLabels().get(Labels.ADDRESS);
      try {
        if (address != null) {
          veth(address, network).plug();
        }
      } catch (IOException e) {
        LOG.warn("{} stays without network: {}", container.getId(), e.getMessage());
      }
    }
  }

  private Veth veth(String address, Lan network) {
    return new Veth(name(address), bridge, address, network.subnet().prefix(), network.gateway());
  }

  /** Looked at after the namespace was opened: so it is that of the container, and stays so. */
  private static boolean isOf(long pid, String container) throws IOException {
    return Files.readString(Path.of("/proc", Long.toString(pid), "cgroup")).contains(container);
  }

  private static RuntimeUnavailableException failed(
      InspectContainerResponse container, IOException e) {
    LOG.error("{} cannot be connected to its network: {}", container.getId(), e.getMessage());
    return new RuntimeUnavailableException(
        "The sandbox could not be connected to its network; why is in the server's log.", e);
  }

  private static String name(String address) {
    return PREFIX + HexFormat.of().formatHex(InetAddress.ofLiteral(address).getAddress());
  }

  /** Leaves it to the engine from now on. */
  void stop(UnusableException why) {
    cannot(why.getMessage());
  }

  /** Nobody has this address any more; null for none. */
  synchronized void give(String address) {
    if (address != null && addresses != null) {
      addresses.give(address);
      try {
        names.forget(address);
      } catch (IOException e) {
        LOG.debug("a file of {} stays", address, e);
      }
    }
  }
}
