package ai.bharatbuild.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.sandbox.RuntimeUnavailableException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustFilesTest {
  @TempDir Path directory;

  @Test
  void makesWhatProgramsAndJavaReadAndFollowsChanges() throws Exception {
    List<X509Certificate> authorities = authorities();
    Path bundle = directory.resolve("bundle.pem");
    Files.writeString(bundle, "# a comment - with dashes\n" + pem(authorities.get(0)));
    Files.setLastModifiedTime(bundle, FileTime.fromMillis(1_000_000));
    TrustFiles files = new TrustFiles(bundle, directory.resolve("state"));
    files.refresh();
    assertThat(files.pem()).hasSameBinaryContentAs(bundle);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.javaStore())))
        .isEqualTo("rw-r--r--");
    assertThat(trustedBy(files.javaStore())).containsExactly(authorities.get(0));

    String broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    Files.writeString(bundle, pem(authorities.get(0)) + broken + pem(authorities.get(1)));
    files.refresh();
    assertThat(files.pem()).hasSameBinaryContentAs(bundle);
    assertThat(trustedBy(files.javaStore()))
        .containsExactlyInAnyOrder(authorities.get(0), authorities.get(1));
  }

  @Test
  void saysWhatToDoWithoutTheBundle() {
    TrustFiles files = new TrustFiles(directory.resolve("missing.pem"), directory);
    assertThatThrownBy(files::refresh)
        .isInstanceOf(RuntimeUnavailableException.class)
        .hasMessageContaining("SANDBOX_CA_BUNDLE");
  }

  /** Read as a JVM reads its own store: without a password. */
  private static List<X509Certificate> trustedBy(Path file) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, null);
    }
    return trusted(store);
  }

  private static List<X509Certificate> authorities() throws Exception {
    return trusted(null);
  }

  private static List<X509Certificate> trusted(KeyStore store) throws Exception {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    return List.of(((X509TrustManager) factory.getTrustManagers()[0]).getAcceptedIssuers());
  }

  private static String pem(X509Certificate certificate) throws Exception {
    String base64 = Base64.getMimeEncoder().encodeToString(certificate.getEncoded());
    return "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n";
  }
}
