package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.Limits;
import ai.bharatbuild.sandbox.SandboxSpec;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Ulimit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a sandbox looks like as a container. What confines it is all here. */
final class ContainerPlan {
  private static final String WORKSPACE = "/workspace";
  private static final String CA_BUNDLE = "/etc/ssl/certs/ca-certificates.crt";
  private static final String JAVA_STORE = "/etc/ssl/certs/java/cacerts";
  private static final long SHARED_MEMORY = 64L << 20;
  private static final double NANOS = 1e9;

  /** Programs that bring authorities of their own look into these for others. */
  private static final List<String> CA_VARIABLES =
      List.of(
          "SSL_CERT_FILE",
          "NODE_EXTRA_CA_CERTS",
          "npm_config_cafile",
          "REQUESTS_CA_BUNDLE",
          "CURL_CA_BUNDLE",
          "PIP_CERT",
          "GIT_SSL_CAINFO",
          "CARGO_HTTP_CAINFO",
          "BUNDLE_SSL_CA_CERT",
          "COMPOSER_CAFILE",
          "AWS_CA_BUNDLE");

  /** As the engine does where it connects a container: for interfaces there are and will be. */
  private static final Map<String, String> NO_IPV6 =
      Map.of("net.ipv6.conf.all.disable_ipv6", "1", "net.ipv6.conf.default.disable_ipv6", "1");

  private final DockerSettings settings;
  private final TrustFiles trust;
  private final SandboxSpec spec;
  private final Path agentDirectory;
  private final Connection connection;

  /**
   * @param trust null to leave the image's own
   * @param agentDirectory directory of the host for the agent's socket; null for none
   * @param connection how it gets to its network, if it has one
   */
  ContainerPlan(
      DockerSettings settings,
      TrustFiles trust,
      SandboxSpec spec,
      Path agentDirectory,
      Connection connection) {
    this.settings = settings;
    this.trust = trust;
    this.spec = spec;
    this.agentDirectory = agentDirectory;
    this.connection = connection;
  }

  CreateContainerCmd apply(CreateContainerCmd command) {
    if (agentDirectory != null) {
      String socket = AgentSockets.MOUNT + "/" + AgentSockets.SOCKET;
      command.withCmd(EngineExecs.AGENT, "init", socket);
    }
    return command
        .withName(name())
        .withHostName("sandbox")
        .withUser(settings.serverIsRoot() ? "0:0" : settings.uid() + ":" + settings.gid())
        .withWorkingDir(WORKSPACE)
        .withEnv(environment())
        .withNetworkDisabled(!connection.byEngine())
        .withLabels(Labels.of(spec, settings.serverId(), connection.address()))
        .withExposedPorts(spec.publish().stream().map(ExposedPort::tcp).toList())
        .withHostConfig(host());
  }

  /**
   * Tells nothing, because sandboxes learn each other's names from the engine's resolver; the
   * labels say what is whose.
   */
  private String name() {
    return "bb-" + spec.incarnation();
  }

  private HostConfig host() {
    Limits limits = spec.limits();
    HostConfig host =
        HostConfig.newHostConfig()
            .withPrivileged(false)
            .withCapDrop(Capability.ALL)
            .withSecurityOpts(List.of("no-new-privileges:true"))
            .withReadonlyRootfs(true)
            .withTmpFs(Map.of("/tmp", temporary(limits)))
            .withMounts(mounts())
            .withShmSize(SHARED_MEMORY)
            .withMemory(limits.memoryBytes())
            .withMemorySwap(limits.memoryBytes())
            .withNanoCPUs(nanoCpus(limits))
            .withPidsLimit((long) limits.pids())
            .withUlimits(ulimits(limits))
            .withNetworkMode(connection.mode())
            .withPublishAllPorts(false)
            .withPortBindings(publish())
            .withRestartPolicy(RestartPolicy.noRestart())
            .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE))
            .withInit(false);
    if (settings.serverIsRoot()) {
      // For the agent alone, which becomes another user for each command and gives them all up.
      host.withCapAdd(Capability.SETUID, Capability.SETGID, Capability.SETPCAP, Capability.KILL);
    }
    if (!connection.byEngine()) {
      host.withSysctls(NO_IPV6);
    }
    if (spec.names() != null && connection.byEngine()) {
      // For who asks the engine's resolver by its address: it finds nobody to ask, so that no
      // question can carry secrets out.
      host.withDns("127.0.0.1");
    }
    return settings.runtime().isEmpty() ? host : host.withRuntime(settings.runtime());
  }

  /** Processor time in the engine's unit. */
  static long nanoCpus(Limits limits) {
    return Math.round(limits.cpus() * NANOS);
  }

  /** Build tools unpack programs there and run them, so it must allow that. */
  private static String temporary(Limits limits) {
    return "rw,exec,nosuid,nodev,mode=1777,size=" + limits.tmpfsBytes();
  }

  private static List<Ulimit> ulimits(Limits limits) {
    return List.of(
        new Ulimit("nofile", (long) limits.openFiles(), (long) limits.openFiles()),
        new Ulimit("fsize", limits.fileBytes(), limits.fileBytes()),
        new Ulimit("core", 0L, 0L));
  }

  /** As mounts, not as binds: the engine would make a missing source as an empty directory. */
  private List<Mount> mounts() {
    List<Mount> mounts = new ArrayList<>();
    mounts.add(bind(spec.workspace().toString(), WORKSPACE, false));
    if (agentDirectory != null) {
      mounts.add(bind(agentDirectory.toString(), AgentSockets.MOUNT, false));
    }
    if (spec.names() != null) {
      mounts.add(bind(spec.names().resolve("hosts").toString(), "/etc/hosts", true));
      mounts.add(bind(spec.names().resolve("resolv.conf").toString(), "/etc/resolv.conf", true));
    }
    if (connection.hosts() != null) {
      mounts.add(bind(connection.hosts().toString(), "/etc/hosts", true));
    }
    if (connection.resolver() != null) {
      mounts.add(bind(connection.resolver().toString(), "/etc/resolv.conf", true));
    }
    if (trust != null) {
      mounts.add(bind(trust.pem().toString(), CA_BUNDLE, true));
      // In the place of Debian's own, every Java finds it without options that it would announce.
      mounts.add(bind(trust.javaStore().toString(), JAVA_STORE, true));
    }
    return mounts;
  }

  private static Mount bind(String source, String target, boolean readOnly) {
    return new Mount()
        .withType(MountType.BIND)
        .withSource(source)
        .withTarget(target)
        .withReadOnly(readOnly);
  }

  private Ports publish() {
    return new Ports(
        spec.publish().stream()
            .map(ExposedPort::tcp)
            .map(port -> new PortBinding(Ports.Binding.bindIp("127.0.0.1"), port))
            .toArray(PortBinding[]::new));
  }

  private List<String> environment() {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("HOME", WORKSPACE);
    variables.put("LANG", "C.UTF-8");
    if (trust != null) {
      CA_VARIABLES.forEach(name -> variables.put(name, CA_BUNDLE));
    }
    variables.putAll(spec.environment());
    return variables.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }
}
