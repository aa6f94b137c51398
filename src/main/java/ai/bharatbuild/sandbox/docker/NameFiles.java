package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.linux.HostResolvers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files in {@code /etc} by which sandboxes resolve names, where the engine does not see to
 * them. What is in one depends on an address alone, so a file that an earlier sandbox left is the
 * same that the next one needs. All methods block.
 */
final class NameFiles {
  private static final String NOBODY = "none";
  private static final String OWN_LINES =
      "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n";

  private final Path hosts;
  private final Path resolver;
  private String written;

  NameFiles(Path directory) {
    this.hosts = directory.resolve("hosts");
    this.resolver = directory.resolve("resolv.conf");
  }

  /**
   * The file for the sandbox of an address.
   *
   * @param address null for one without network
   */
  Path hosts(String address) throws IOException {
    Files.createDirectories(hosts);
    Path file = hosts.resolve(address == null ? NOBODY : address);
    if (!Files.exists(file)) {
      write(file, OWN_LINES + (address == null ? "127.0.1.1" : address) + " sandbox\n");
    }
    return file;
  }

  /**
   * The one file for all, with the servers that the machine has now. It stays the same file, so
   * that sandboxes that run see the change, and it is never empty.
   */
  synchronized Path resolver(HostResolvers current) throws IOException {
    if (!current.text().equals(written)) {
      Files.createDirectories(resolver.getParent());
      write(resolver, current.text());
      written = current.text();
    }
    return resolver;
  }

  void forget(String address) throws IOException {
    Files.deleteIfExists(hosts.resolve(address));
  }

  /** Removes what an earlier server left of addresses that nobody has. */
  void keep(Set<String> addresses) throws IOException {
    if (!Files.isDirectory(hosts)) {
      return;
    }
    Set<String> wanted = new HashSet<>(addresses);
    wanted.add(NOBODY);
    try (Stream<Path> files = Files.list(hosts)) {
      for (Path file : List.copyOf(files.toList())) {
        if (!wanted.contains(file.getFileName().toString())) {
          Files.deleteIfExists(file);
        }
      }
    }
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
}
