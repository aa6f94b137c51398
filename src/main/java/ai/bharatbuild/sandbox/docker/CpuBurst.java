package ai.bharatbuild.sandbox.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a sandbox save up to one period's share of the processor and use it later on top of its
 * share: what has been idle is not stopped in the middle of a short command. Over time it gets no
 * more than without. The engine knows nothing of it, so it is set in the control group itself,
 * where this server can, of version 1 or 2. Methods block and never fail.
 */
final class CpuBurst {
  private static final Logger LOG = LoggerFactory.getLogger(CpuBurst.class);
  private static final Path GROUPS = Path.of("/sys/fs/cgroup");
  private static final Pattern V1 = Pattern.compile("(?m)^\\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:(/.*)$");
  private static final Pattern V2 = Pattern.compile("(?m)^0::(/.*)$");

  private CpuBurst() {}

  /** Sets as much as the sandbox's share allows. */
  static void allow(InspectContainerResponse container) {
    set(container, true);
  }

  /** Takes it back; the kernel refuses a share that is less than what may be saved. */
  static void forbid(InspectContainerResponse container) {
    set(container, false);
  }

  private static void set(InspectContainerResponse container, boolean allowed) {
    Long pid = container.getState().getPidLong();
    if (pid == null || pid == 0) {
      return;
    }
    try {
      Path group = group(pid, container.getId());
      if (group != null) {
        write(group, allowed);
      }
    } catch (IOException e) {
      LOG.debug("the processor burst of {} stays as it is: {}", container.getId(), e.toString());
    }
  }

  /** The control group of the container, or null where its process is none of this machine. */
  static Path group(long pid, String container) throws IOException {
    String groups = Files.readString(Path.of("/proc", Long.toString(pid), "cgroup"));
    Matcher found = V1.matcher(groups);
    List<String> mounts = List.of("cpu", "cpu,cpuacct");
    if (!found.find()) {
      found = V2.matcher(groups);
      mounts = List.of(".");
      if (!found.find()) {
        return null;
      }
    }
    // Another process may have its number by now.
    if (!found.group(1).contains(container)) {
      return null;
    }
    for (String mount : mounts) {
      Path group = GROUPS.resolve(mount).resolve(found.group(1).substring(1)).normalize();
      if (group.startsWith(GROUPS) && Files.isDirectory(group)) {
        return group;
      }
    }
    return null;
  }

  private static void write(Path group, boolean allowed) throws IOException {
    Path first = group.resolve("cpu.cfs_burst_us");
    boolean old = Files.exists(first);
    Path burst = old ? first : group.resolve("cpu.max.burst");
    if (!Files.exists(burst)) {
      return;
    }
    String quota =
        Files.readString(group.resolve(old ? "cpu.cfs_quota_us" : "cpu.max")).strip().split(" ")[0];
    boolean limited = !quota.equals("-1") && !quota.equals("max");
    Files.writeString(burst, allowed && limited ? quota : "0");
  }
}
