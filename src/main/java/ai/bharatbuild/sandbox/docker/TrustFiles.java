package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.RuntimeUnavailableException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The authorities that sandboxes trust, as the two files that programs read: the PEM bundle, and
 * the same as a trust store for Java. They are copies of the server's own, because the bundle may
 * be replaced on disk or be unreadable to others. All methods block.
 */
final class TrustFiles {
  private static final Logger LOG = LoggerFactory.getLogger(TrustFiles.class);
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN (?:TRUSTED )?CERTIFICATE-----([^-]*)-----END");

  private final Path bundle;
  private final Path directory;
  private FileTime madeFrom;

  TrustFiles(Path bundle, Path directory) {
    this.bundle = bundle;
    this.directory = directory;
  }

  Path pem() {
    return directory.resolve("ca-certificates.crt");
  }

  /** PKCS #12 without a password, as Java's own has been since version 18. */
  Path javaStore() {
    return directory.resolve("cacerts");
  }

  /** Makes the files, or makes them anew when the bundle has changed. */
  synchronized void refresh() {
    try {
      FileTime changed = Files.getLastModifiedTime(bundle);
      if (changed.equals(madeFrom)) {
        return;
      }
      Files.createDirectories(directory);
      byte[] text = Files.readAllBytes(bundle);
      replace(javaStore(), store(new String(text, StandardCharsets.ISO_8859_1)));
      replace(pem(), text);
      madeFrom = changed;
    } catch (IOException | GeneralSecurityException e) {
      throw new RuntimeUnavailableException(
          "The CA bundle for sandboxes cannot be used; correct or empty SANDBOX_CA_BUNDLE.", e);
    }
  }

  private static byte[] store(String text) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    Matcher block = PEM.matcher(text);
    while (block.find()) {
      try {
        store.setCertificateEntry("ca-" + store.size(), certificate(factory, block.group(1)));
      } catch (CertificateException | IllegalArgumentException e) {
        LOG.warn("left out of the sandboxes' Java trust store: {}", e.toString());
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    store.store(bytes, null);
    return bytes.toByteArray();
  }

  private static Certificate certificate(CertificateFactory factory, String base64)
      throws CertificateException {
    byte[] der = Base64.getMimeDecoder().decode(base64);
    return factory.generateCertificate(new ByteArrayInputStream(der));
  }

  /** Sandboxes that have the old file mounted keep it. */
  private void replace(Path file, byte[] content) throws IOException {
    Path draft = Files.createTempFile(directory, file.getFileName().toString(), null);
    try {
      Files.write(draft, content);
      Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-r--r--"));
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
  }
}
