package ai.bharatbuild.accounts;

import ai.bharatbuild.files.SecretFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The keys that access tokens are signed with: configured ones, or generated ones that are kept in
 * a directory which only the server's user can enter. The newest signs; those before it are still
 * accepted. Methods that touch the directory block.
 */
final class TokenKeys {
  private static final int BYTES = 32;
  private static final int ID_BYTES = 6;
  private static final String SUFFIX = ".key";

  /**
   * One key.
   *
   * @param id what tokens name it by ({@code kid}); tells nothing of the secret
   */
  record TokenKey(String id, byte[] secret) {
    static TokenKey of(byte[] secret) {
      byte[] digest = Secrets.digest("kid:" + HexFormat.of().formatHex(secret)).getBytes();
      return new TokenKey(HexFormat.of().formatHex(digest, 0, ID_BYTES), secret);
    }
  }

  private TokenKeys() {}

  /** The configured keys, the one that signs first. */
  static List<TokenKey> configured(List<String> secrets) {
    return secrets.stream()
        .map(secret -> TokenKey.of(secret.getBytes(StandardCharsets.UTF_8)))
        .toList();
  }

  /**
   * The generated keys, newest first; makes one where there is none or the newest is older than
   * {@code life}, and forgets those whose successor has been signing for longer than {@code
   * overlap}, since no token of theirs can be valid.
   */
  static List<TokenKey> generated(Path directory, Duration life, Duration overlap, Instant now) {
    try {
      Files.createDirectories(directory.getParent());
      if (!Files.isDirectory(directory)) {
        Files.createDirectory(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      List<Instant> made = times(directory);
      if (made.isEmpty() || made.getFirst().plus(life).isBefore(now)) {
        SecretFile.open(file(directory, now), BYTES);
        made = times(directory);
      }
      List<TokenKey> keys = new ArrayList<>();
      Instant successor = Instant.MAX;
      for (Instant time : made) {
        if (successor != Instant.MAX && successor.plus(overlap).isBefore(now)) {
          Files.deleteIfExists(file(directory, time));
        } else {
          keys.add(TokenKey.of(SecretFile.open(file(directory, time), BYTES)));
        }
        successor = time;
      }
      return keys;
    } catch (IOException e) {
      throw new UncheckedIOException("The keys of tokens cannot be kept: " + e.getMessage(), e);
    }
  }

  private static Path file(Path directory, Instant made) {
    return directory.resolve(made.getEpochSecond() + SUFFIX);
  }

  private static List<Instant> times(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("[0-9]+\\.key"))
          .map(name -> Long.parseLong(name.substring(0, name.length() - SUFFIX.length())))
          .map(Instant::ofEpochSecond)
          .sorted(Comparator.reverseOrder())
          .toList();
    }
  }
}
