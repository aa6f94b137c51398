package ai.bharatbuild.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much memory this machine has, as its kernel says. */
final class HostMemory {
  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final Pattern TOTAL = Pattern.compile("MemTotal:\\s+(\\d+) kB");
  private static final long GB = 1L << 30;

  private HostMemory() {}

  /** All but a seventh, and at least 1 GB, which the server and the rest of the machine need. */
  static long forSandboxes() {
    long total = total();
    return Math.max(total / 2, total - Math.max(GB, total / 7));
  }

  private static long total() {
    try {
      Matcher matcher = TOTAL.matcher(Files.readString(MEMINFO));
      if (matcher.find()) {
        return Long.parseLong(matcher.group(1)) << 10;
      }
      throw new IllegalStateException(MEMINFO + " does not say how much memory there is.");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
