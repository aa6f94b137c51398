package ai.bharatbuild.files;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/**
 * A file of random bytes that only the server's own user may read, made when it is first wanted.
 */
public final class SecretFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private SecretFile() {}

  /**
   * The file's bytes. Two servers that start at once agree, since the file comes into being whole.
   * Blocks.
   *
   * @throws IOException when it cannot be read or made, has another length, or others may read it
   */
  public static byte[] open(Path file, int bytes) throws IOException {
    if (!Files.exists(file)) {
      make(file, bytes);
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (!OWNER_ONLY.containsAll(permissions)) {
      throw new IOException(
          file + " can be used by others; chmod 600 it, or remove it so that a new one is made");
    }
    byte[] secret = Files.readAllBytes(file);
    if (secret.length != bytes) {
      throw new IOException(file + " is damaged; remove it so that a new one is made");
    }
    return secret;
  }

  private static void make(Path file, int bytes) throws IOException {
    byte[] secret = new byte[bytes];
    new SecureRandom().nextBytes(secret);
    Path fresh =
        Files.createTempFile(
            file.getParent(),
            "." + file.getFileName(),
            ".new",
            PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    try {
      Files.write(fresh, secret);
      // A link fails where the file has come into being meanwhile; a move would replace it.
      Files.createLink(file, fresh);
    } catch (FileAlreadyExistsException e) {
      return;
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
