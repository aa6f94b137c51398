package ai.bharatbuild.db;

import ai.bharatbuild.files.SecretFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * Seals texts that the server must read again and that nobody shall read who has the database
 * alone: AES-256-GCM under a key that is not in the database. A sealed text is {@code
 * sealed:<key>:<base64url of nonce, ciphertext and tag>} and good for one context only, such as its
 * row, so that it cannot be moved to another. Safe on any thread.
 */
public final class Sealer {
  private static final String PREFIX = "sealed:";
  private static final String SUFFIX = ".key";
  private static final byte[] PURPOSE = "bharatbuild sealed text".getBytes(StandardCharsets.UTF_8);
  private static final int KEY_BYTES = 32;
  private static final int KEY_ID_BYTES = 6;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** By their ids; the first one seals. */
  private final Map<String, SecretKey> keys = new LinkedHashMap<>();

  private final String prefix;

  /**
   * @param secrets of which keys are derived, at least one, each with at least 256 random bits; the
   *     first one's key seals
   */
  Sealer(List<byte[]> secrets) {
    secrets.forEach(
        secret -> {
          SecretKey key = derive(secret);
          keys.put(id(key), key);
        });
    this.prefix = PREFIX + keys.keySet().iterator().next() + ':';
  }

  /**
   * With keys that were configured, and behind them those of files {@code <seconds>.key} of a
   * directory, the newest first; a file is made where there would be no key. Blocks.
   *
   * @throws IOException when files cannot be read or made, or others may read them
   */
  public static Sealer open(Path directory, List<String> configured) throws IOException {
    List<byte[]> secrets = new ArrayList<>();
    configured.forEach(secret -> secrets.add(secret.getBytes(StandardCharsets.UTF_8)));
    List<Path> files = files(directory);
    if (secrets.isEmpty() && files.isEmpty()) {
      Files.createDirectories(directory, PRIVATE);
      SecretFile.open(directory.resolve(Instant.now().getEpochSecond() + SUFFIX), KEY_BYTES);
      // Another server may have made one at the same time.
      files = files(directory);
    }
    for (Path file : files) {
      secrets.add(SecretFile.open(file, KEY_BYTES));
    }
    return new Sealer(secrets);
  }

  private static List<Path> files(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("[0-9]{1,18}\\.key"))
          .sorted(Comparator.comparingLong(Sealer::made).reversed())
          .toList();
    }
  }

  private static long made(Path file) {
    String name = file.getFileName().toString();
    return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
  }

  private static SecretKey derive(byte[] secret) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveKey(
              "AES", HKDFParameterSpec.ofExtract().addIKM(secret).thenExpand(PURPOSE, KEY_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Tells keys apart and nothing of them. */
  private static String id(SecretKey key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      return HexFormat.of().formatHex(digest, 0, KEY_ID_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What begins every text that is sealed with the first key. */
  public String prefix() {
    return prefix;
  }

  /** Seals a text with the first key. */
  public String seal(String text, String context) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, keys.values().iterator().next(), nonce, context);
      byte[] sealed = cipher.doFinal(text.getBytes(StandardCharsets.UTF_8));
      byte[] all = ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
      return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(all);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The text that was sealed, or the text itself where it lies open, from before it was sealed.
   * Empty where its key is not there, it was changed, or it is another context's.
   */
  public Optional<String> open(String sealed, String context) {
    if (!sealed.startsWith(PREFIX)) {
      return Optional.of(sealed);
    }
    String[] parts = sealed.split(":", 3);
    SecretKey key = parts.length == 3 ? keys.get(parts[1]) : null;
    if (key == null) {
      return Optional.empty();
    }
    try {
      ByteBuffer all = ByteBuffer.wrap(Base64.getUrlDecoder().decode(parts[2]));
      byte[] nonce = new byte[Math.min(NONCE_BYTES, all.remaining())];
      all.get(nonce);
      byte[] cipherText = new byte[all.remaining()];
      all.get(cipherText);
      byte[] text = cipher(Cipher.DECRYPT_MODE, key, nonce, context).doFinal(cipherText);
      return Optional.of(new String(text, StandardCharsets.UTF_8));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Cipher cipher(int mode, SecretKey key, byte[] nonce, String context)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}
