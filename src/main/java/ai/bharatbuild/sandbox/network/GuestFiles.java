package ai.bharatbuild.sandbox.network;

import ai.bharatbuild.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the firewall keeps of sandboxes on disk, a directory for each incarnation: its policy, and
 * its {@code /etc/hosts} where it has one. All methods block.
 */
final class GuestFiles {
  private static final Logger LOG = LoggerFactory.getLogger(GuestFiles.class);
  private static final String POLICY = "policy.json";
  private static final String HOSTS = "hosts";
  private static final String RESOLVER = "resolv.conf";
  private static final String OWN_LINES =
      """
      127.0.0.1 localhost
      ::1 localhost ip6-localhost ip6-loopback
      """;

  /** Nobody listens there, so that a name that is not in the other file fails at once. */
  private static final String NO_RESOLVER = "nameserver 127.0.0.1\noptions attempts:1\n";

  private static final String OWN_NAME = "sandbox";

  private final Path root;

  GuestFiles(Path state) {
    this.root = state.resolve("network");
  }

  void save(Guest guest) throws IOException {
    Path file = directory(guest.incarnation()).resolve(POLICY);
    Path fresh = file.resolveSibling(POLICY + ".new");
    Files.write(fresh, Json.encode(guest).getBytes());
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** All sandboxes that something is kept of; what cannot be read is left out. */
  List<Guest> all() throws IOException {
    List<Guest> found = new ArrayList<>();
    for (String incarnation : incarnations()) {
      try {
        found.add(
            Json.MAPPER.readValue(
                Files.readAllBytes(root.resolve(incarnation).resolve(POLICY)), Guest.class));
      } catch (NoSuchFileException e) {
        LOG.debug("{} was never made", incarnation);
      } catch (IOException e) {
        LOG.warn("cannot read the network policy of {}", incarnation, e);
      }
    }
    return found;
  }

  Set<String> incarnations() throws IOException {
    Set<String> names = new HashSet<>();
    if (Files.isDirectory(root)) {
      try (Stream<Path> entries = Files.list(root)) {
        entries.forEach(entry -> names.add(entry.getFileName().toString()));
      }
    }
    return names;
  }

  /**
   * Writes the addresses of names and gives the directory with the files for the sandbox's {@code
   * /etc}. They stay the same files, since they are mounted there, and at no moment they are empty.
   *
   * @param own the sandbox's own address, or null while it is not known
   */
  Path writeNames(String incarnation, String own, Map<String, Set<String>> addresses)
      throws IOException {
    StringBuilder text = new StringBuilder(OWN_LINES);
    text.append(own == null ? "127.0.1.1" : own).append(' ').append(OWN_NAME).append('\n');
    new TreeMap<>(addresses)
        .forEach(
            (name, known) ->
                known.forEach(ip -> text.append(ip).append(' ').append(name).append('\n')));
    Path directory = directory(incarnation);
    write(directory.resolve(HOSTS), text.toString());
    write(directory.resolve(RESOLVER), NO_RESOLVER);
    return directory;
  }

  private static void write(Path file, String text) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
    int size = bytes.remaining();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes, bytes.position());
      }
      channel.truncate(size);
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  /** The addresses that {@link #writeNames} wrote last; empty where there are none. */
  Map<String, Set<String>> readNames(String incarnation) throws IOException {
    Map<String, Set<String>> known = new TreeMap<>();
    Path file = root.resolve(incarnation).resolve(HOSTS);
    if (Files.exists(file)) {
      Files.readString(file)
          .substring(OWN_LINES.length())
          .lines()
          .map(line -> line.split(" ", 2))
          .filter(line -> !line[1].equals(OWN_NAME))
          .forEach(line -> known.computeIfAbsent(line[1], n -> new TreeSet<>()).add(line[0]));
    }
    return known;
  }

  void forget(String incarnation) throws IOException {
    Path directory = root.resolve(incarnation);
    for (String name : List.of(HOSTS, RESOLVER, POLICY, POLICY + ".new")) {
      Files.deleteIfExists(directory.resolve(name));
    }
    Files.deleteIfExists(directory);
  }

  private Path directory(String incarnation) throws IOException {
    return Files.createDirectories(root.resolve(incarnation));
  }
}
