package ai.bharatbuild.gate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A sandbox made by bubblewrap alone, as the one-shot runtime's but for one defence: bubblewrap has
 * no limits, and no filter unless it is given one, so what a control lacks is taken away by saying
 * less. The command runs as another user without capabilities.
 */
final class Bubblewrap {
  static final String WORK = "/tmp/work";
  private static final String USER = "10001";
  private static final String SMALL = Integer.toString(64 << 20);
  private static final String LARGE = Integer.toString(512 << 20);

  private final Path root;
  private final Path files;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final List<String> shared = new ArrayList<>();
  private final List<String> mounts = new ArrayList<>();
  private String tmp = LARGE;
  private String shm = SMALL;
  private boolean hostProcesses;
  private boolean privileged;

  /**
   * @param root becomes {@code /}
   * @param files are copied to the working directory
   */
  Bubblewrap(Path root, Path files, Map<String, String> environment) {
    this.root = root;
    this.files = files;
    this.environment.putAll(environment);
  }

  Bubblewrap without(Defence defence, Arena arena) {
    switch (defence) {
      case PROCESS_COUNT,
          MEMORY,
          SWAP,
          FILE_SIZE,
          DISK_SIZE,
          TEMPORARY_SIZE,
          DESCRIPTORS,
          CPU_SHARE,
          SECCOMP -> {
        // Bubblewrap knows nothing of them.
      }
      case SHARED_MEMORY -> shm = LARGE;
      case NO_CAPABILITIES -> privileged = true;
      case READ_ONLY_ROOT ->
          mounts.addAll(List.of("--tmpfs", "/var/tmp", "--chmod", "1777", "/var/tmp"));
      case NO_HOST_FILES -> bind(arena.outside().toString());
      case OWN_PROCESSES -> hostProcesses = true;
      case OWN_IPC -> {
        shared.add("ipc");
        bind("/dev/shm");
      }
      case OWN_NETWORK, NO_NETWORK, FIREWALL -> shared.add("net");
      case CLEAN_ENVIRONMENT -> environment.put(Arena.SECRET, System.getenv(Arena.SECRET));
      default -> throw new IllegalArgumentException(defence.name());
    }
    return this;
  }

  Bubblewrap variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** What is written to /tmp stays for the next one with the same directory. */
  Bubblewrap keeping(Path directory) {
    mounts.addAll(List.of("--bind", directory.toString(), "/tmp/kept"));
    return this;
  }

  /** Those that bubblewrap makes by itself are for root alone. */
  private static List<String> parents(Path path) {
    List<String> options = new ArrayList<>();
    for (Path parent = path.getParent(); parent.startsWith("/tmp/"); parent = parent.getParent()) {
      options.addAll(0, List.of("--perms", "0777", "--dir", parent.toString()));
    }
    return options;
  }

  private void bind(String place) {
    mounts.addAll(parents(Path.of(place)));
    mounts.addAll(List.of("--bind", place, place));
  }

  Result run(String line, int seconds) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bwrap", "--die-with-parent", "--new-session"));
    command.addAll(List.of("--clearenv", "--unshare-uts", "--unshare-cgroup-try"));
    for (String namespace : List.of("ipc", "net")) {
      if (!shared.contains(namespace)) {
        command.add("--unshare-" + namespace);
      }
    }
    command.addAll(List.of("--ro-bind", root.toString(), "/", "--dev", "/dev"));
    command.addAll(
        hostProcesses
            ? List.of("--bind", "/proc", "/proc")
            : List.of("--unshare-pid", "--proc", "/proc"));
    command.addAll(List.of("--perms", "1777", "--size", tmp, "--tmpfs", "/tmp"));
    command.addAll(List.of("--perms", "1777", "--size", shm, "--tmpfs", "/dev/shm"));
    command.addAll(List.of("--perms", "0777", "--dir", WORK));
    for (Path file : filesToPlace()) {
      Path target = Path.of(WORK).resolve(files.relativize(file));
      command.addAll(parents(target));
      command.addAll(List.of("--ro-bind", file.toString(), target.toString()));
    }
    command.addAll(mounts);
    environment.forEach((name, value) -> command.addAll(List.of("--setenv", name, value)));
    command.addAll(List.of("--chdir", WORK, "--cap-add", "ALL", "--"));
    if (!privileged) {
      command.addAll(
          List.of("/usr/bin/setpriv", "--reuid", USER, "--regid", USER, "--clear-groups"));
      command.addAll(List.of("--inh-caps=-all", "--bounding-set=-all", "--"));
    }
    command.addAll(List.of("/bin/sh", "-c", line));
    return Commands.run(seconds, command);
  }

  private List<Path> filesToPlace() throws IOException {
    try (var found = Files.walk(files)) {
      return found.filter(Files::isRegularFile).toList();
    }
  }
}
