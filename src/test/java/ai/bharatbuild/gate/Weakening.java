package ai.bharatbuild.gate;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ulimit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** How each defence is taken away from a container. Amounts stay bounded: the host must survive. */
final class Weakening {
  private static final long MB = 1 << 20;
  private static final String BRIDGE = "bridge";
  private static final String ROOT = "0:0";

  /** In the kernel's order. */
  private static final List<Capability> KNOWN =
      Stream.of(
              "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP"
                  + " LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK"
                  + " IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN"
                  + " SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE"
                  + " AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG")
          .flatMap(names -> Arrays.stream(names.split(" ")))
          .map(Capability::valueOf)
          .toList();

  private Weakening() {}

  static void apply(Defence defence, Weakened box) {
    HostConfig host = box.host;
    switch (defence) {
      case PROCESS_COUNT -> host.withPidsLimit(2_200L);
      case MEMORY -> host.withMemory(2_048 * MB).withMemorySwap(2_048 * MB);
      case SWAP -> host.withMemorySwap(host.getMemory() + 256 * MB);
      case FILE_SIZE -> limit(host, "fsize", -1);
      case TEMPORARY_SIZE -> host.withTmpFs(Map.of("/tmp", "rw,exec,mode=1777,size=512m"));
      case SHARED_MEMORY -> host.withShmSize(512 * MB);
      case DESCRIPTORS -> limit(host, "nofile", 16_000);
      case CPU_SHARE -> host.withNanoCPUs(2_000_000_000L);
      case SECCOMP ->
          host.withSecurityOpts(List.of("no-new-privileges:true", "seccomp=unconfined"));
      case NO_CAPABILITIES -> {
        host.withCapDrop().withCapAdd(available());
        box.user = ROOT;
      }
      case UNPRIVILEGED_USER -> box.user = ROOT;
      case NO_NEW_PRIVILEGES -> host.withSecurityOpts(List.of());
      case READ_ONLY_ROOT -> host.withReadonlyRootfs(false);
      case NO_DEVICES -> {
        host.withCapAdd(Capability.MKNOD).withDeviceCgroupRules(List.of("b 7:* rmw"));
        box.user = ROOT;
      }
      case READ_ONLY_TRUST -> {
        box.mounts.forEach(mount -> mount.withReadOnly(false));
        box.user = ROOT;
      }
      default -> surroundings(defence, box);
    }
  }

  /** What a sandbox shares with the rest of the host. */
  private static void surroundings(Defence defence, Weakened box) {
    HostConfig host = box.host;
    switch (defence) {
      case NO_HOST_FILES -> {
        String outside = box.arena().outside().toString();
        box.bind(outside, outside);
      }
      case OWN_WORKSPACE -> box.bind(box.arena().base().toString(), "/jobs");
      case NO_ENGINE_SOCKET -> {
        box.bind(Engine.SOCKET, "/run/docker.sock");
        box.user = ROOT;
      }
      case OWN_PROCESSES -> {
        host.withPidMode("host");
        box.first = List.of("sleep", "infinity");
      }
      case OWN_IPC -> host.withIpcMode("host").withShmSize(null);
      // The host is not to be changed by what a sandbox is told about its own network.
      case OWN_NETWORK -> host.withNetworkMode("host").withSysctls(Map.of());
      case NO_NETWORK, FIREWALL, ISOLATED_BRIDGE -> host.withNetworkMode(BRIDGE);
      case NO_IPV6 ->
          host.withNetworkMode(BRIDGE).withSysctls(Map.of("net.ipv6.conf.all.disable_ipv6", "0"));
      case DISK_SIZE -> {
        // The workspace of every control is a plain directory.
      }
      case CLEAN_ENVIRONMENT -> box.environment.put(Arena.SECRET, System.getenv(Arena.SECRET));
      default -> throw new IllegalArgumentException(defence.name());
    }
  }

  /** All that this machine's own root has; containers can be nested in something that took some. */
  private static Capability[] available() {
    try {
      String status = Files.readString(Path.of("/proc/self/status"));
      long mask =
          Long.parseUnsignedLong(status.replaceAll("(?s).*CapBnd:\\s*([0-9a-f]+).*", "$1"), 16);
      return IntStream.range(0, KNOWN.size())
          .filter(bit -> (mask >>> bit & 1) == 1)
          .mapToObj(KNOWN::get)
          .toArray(Capability[]::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void limit(HostConfig host, String name, long value) {
    host.withUlimits(
        Arrays.stream(host.getUlimits())
            .map(limit -> limit.getName().equals(name) ? new Ulimit(name, value, value) : limit)
            .toArray(Ulimit[]::new));
  }
}
