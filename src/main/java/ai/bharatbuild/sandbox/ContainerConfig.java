package ai.bharatbuild.sandbox;

import ai.bharatbuild.config.Settings;
import ai.bharatbuild.http.Fields;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the creator of a container asks for, within the server's maxima. Kept with the sandbox as a
 * label, so that it is known again after a restart.
 *
 * @param idleTimeout seconds without use after which it is stopped
 * @param maxLifetime seconds after which it is removed
 * @param network where its connections may go
 * @param visibility {@code private} or {@code public}; who may see the preview
 * @param publish container ports published on the server's loopback address
 */
public record ContainerConfig(
    Limits limits,
    long idleTimeout,
    long maxLifetime,
    NetworkPolicy network,
    String visibility,
    List<Integer> publish) {

  private static final long MB = 1 << 20;
  private static final long MAX_SECONDS = 86_400;
  private static final int OPEN_FILES = 4096;
  private static final long BUILD_MEMORY = 1024 * MB;
  private static final double BUILD_CPUS = 2;
  private static final int BUILD_PIDS = 512;
  private static final int MAX_PUBLISHED = 16;
  private static final Pattern AMOUNT = Pattern.compile("([1-9][0-9]{0,9})([mMgG])");

  /** Takes the {@code config} object of a request; what is wrong is noted in {@code fields}. */
  static ContainerConfig read(Fields fields, Settings.Sandboxes settings) {
    long memory = amount(fields, "memory_limit", 16 * MB, settings.maxMemoryBytes(), 512 * MB);
    double cpus = fields.number("cpu_limit", 0.01, settings.maxCpus(), 0.5);
    long pids = fields.whole("pids_limit", 8, settings.maxPids(), 256);
    long disk = amount(fields, "disk_limit", MB, settings.maxDiskBytes(), 1024 * MB);
    long tmpfs = amount(fields, "tmpfs_limit", MB, settings.maxTmpfsBytes(), 256 * MB);
    Limits limits =
        new Limits(
            Math.min(memory, settings.maxMemoryBytes()),
            Math.min(cpus, settings.maxCpus()),
            (int) Math.min(pids, settings.maxPids()),
            Math.min(disk, settings.maxDiskBytes()),
            Math.min(tmpfs, settings.maxTmpfsBytes()),
            OPEN_FILES);
    return new ContainerConfig(
        limits,
        fields.whole("idle_timeout", 1, MAX_SECONDS, 3600),
        fields.whole("max_lifetime", 1, MAX_SECONDS, MAX_SECONDS),
        network(fields),
        choice(fields, "visibility", List.of("private", "public")),
        ports(fields));
  }

  /** What a request that asks for nothing in particular gets. */
  static ContainerConfig defaults(Settings.Sandboxes settings) {
    return read(Fields.of(null), settings);
  }

  /** The defaults with as much memory and processor time as a build of a project likes to have. */
  static ContainerConfig forBuilds(Settings.Sandboxes settings) {
    ContainerConfig usual = defaults(settings);
    Limits limits = usual.limits();
    return new ContainerConfig(
        new Limits(
            Math.min(BUILD_MEMORY, settings.maxMemoryBytes()),
            Math.min(BUILD_CPUS, settings.maxCpus()),
            Math.min(BUILD_PIDS, settings.maxPids()),
            limits.fileBytes(),
            limits.tmpfsBytes(),
            limits.openFiles()),
        usual.idleTimeout(),
        usual.maxLifetime(),
        usual.network(),
        usual.visibility(),
        usual.publish());
  }

  private static NetworkPolicy network(Fields fields) {
    String mode = choice(fields, "network", List.of("egress", "none", "allow"));
    return Arrays.stream(NetworkPolicy.Mode.values())
        .filter(known -> known.id().equals(mode))
        .findFirst()
        .map(known -> NetworkFields.read(fields, known))
        .orElse(NetworkPolicy.NONE);
  }

  /** The first of {@code allowed} is the default. */
  private static String choice(Fields fields, String name, List<String> allowed) {
    String value = fields.text(name, 0, 100, allowed.getFirst());
    if (value != null && !allowed.contains(value)) {
      fields.error(name, "must be one of " + String.join(", ", allowed), "value_error");
    }
    return value == null ? allowed.getFirst() : value;
  }

  private static long amount(Fields fields, String name, long min, long max, long fallback) {
    JsonNode node = fields.raw(name);
    if (node == null) {
      return fallback;
    }
    long bytes = bytes(node);
    if (bytes < 0) {
      fields.error(name, "must be a number of bytes, or a text such as 512m or 2g", "type_error");
      return fallback;
    }
    if (bytes < min || bytes > max) {
      fields.error(name, "must be from %d to %d bytes".formatted(min, max), "range");
      return fallback;
    }
    return bytes;
  }

  private static long bytes(JsonNode node) {
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return node.longValue();
    }
    Matcher matcher = AMOUNT.matcher(node.isTextual() ? node.textValue() : "");
    if (!matcher.matches()) {
      return -1;
    }
    long unit = matcher.group(2).equalsIgnoreCase("g") ? 1024 * MB : MB;
    return Long.parseLong(matcher.group(1)) * unit;
  }

  private static List<Integer> ports(Fields fields) {
    JsonNode node = fields.raw("publish");
    List<Integer> ports = new ArrayList<>();
    if (node == null) {
      return ports;
    }
    boolean fine = node.isArray() && node.size() <= MAX_PUBLISHED;
    for (JsonNode port : node) {
      fine &= port.isInt() && port.intValue() >= 1 && port.intValue() <= 65_535;
      fine &= !ports.contains(port.intValue());
      ports.add(port.intValue());
    }
    if (!fine) {
      fields.error("publish", "must be at most 16 different ports from 1 to 65535", "value_error");
    }
    return ports;
  }
}
