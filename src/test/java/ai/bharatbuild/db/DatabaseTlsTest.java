package ai.bharatbuild.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Key;
import java.security.KeyStore;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.Driver;

/**
 * What {@code sslmode} promises, with both drivers, on a PostgreSQL whose certificate is for {@code
 * localhost} and of no authority that the JVM trusts.
 */
class DatabaseTlsTest {
  private static final String PASSWORD = "changeit";
  private static final String TRUST_STORE = "javax.net.ssl.trustStore";
  @TempDir static Path directory;
  private static EmbeddedPostgres server;
  private static Vertx vertx;

  @BeforeAll
  static void start() throws Exception {
    Path store = directory.resolve("server.p12");
    keytool(
        "-genkeypair -keyalg RSA -dname CN=localhost -ext SAN=dns:localhost -storetype PKCS12",
        store);
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    Key key = keys.getKey("server", PASSWORD.toCharArray());
    String certificate = pem("CERTIFICATE", keys.getCertificate("server").getEncoded());
    keytool("-importcert -noprompt -storetype PKCS12 -file " + certificate, trusted());
    server =
        EmbeddedPostgres.builder()
            .setServerConfig("ssl", "on")
            .setServerConfig("ssl_cert_file", certificate)
            .setServerConfig("ssl_key_file", pem("PRIVATE KEY", key.getEncoded()))
            .start();
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() throws Exception {
    TestDatabase.await(vertx.close());
    server.close();
  }

  @Test
  void requireEncryptsWhoeverAnswers() throws Exception {
    assertThat(reactive("127.0.0.1", "require")).isTrue();
    assertThat(jdbc("127.0.0.1", "require")).isTrue();
    assertThat(reactive("127.0.0.1", "disable")).isFalse();
    assertThat(jdbc("127.0.0.1", "disable")).isFalse();
  }

  @Test
  void aCertificateOfNoKnownAuthorityIsRefused() {
    for (String mode : new String[] {"verify-ca", "verify-full"}) {
      assertThatThrownBy(() -> reactive("localhost", mode))
          .as(mode)
          .rootCause()
          .hasMessage("SSL handshake failed");
      assertThatThrownBy(() -> jdbc("localhost", mode)).as(mode).isInstanceOf(SQLException.class);
    }
  }

  /** The other driver reads the JVM's authorities once, which a test cannot turn back. */
  @Test
  void anAuthorityIsBelievedForItsNameAlone() {
    System.setProperty(TRUST_STORE, trusted().toString());
    System.setProperty(TRUST_STORE + "Password", PASSWORD);
    try {
      assertThat(reactive("localhost", "verify-full")).isTrue();
      assertThat(reactive("127.0.0.1", "verify-ca")).isTrue();
      assertThatThrownBy(() -> reactive("127.0.0.1", "verify-full")).isNotNull();
    } finally {
      System.clearProperty(TRUST_STORE);
      System.clearProperty(TRUST_STORE + "Password");
    }
  }

  /** Connects and tells whether the connection is encrypted. */
  private static boolean reactive(String host, String mode) {
    PgConnection connection =
        TestDatabase.await(PgConnection.connect(vertx, address(host, mode).options()));
    boolean encrypted = connection.isSSL();
    TestDatabase.await(connection.close());
    return encrypted;
  }

  private static boolean jdbc(String host, String mode) throws SQLException {
    DatabaseAddress address = address(host, mode);
    try (var connection = new Driver().connect(address.jdbcUrl(), address.properties());
        var rows =
            connection
                .createStatement()
                .executeQuery("select ssl from pg_stat_ssl where pid = pg_backend_pid()")) {
      rows.next();
      return rows.getBoolean(1);
    }
  }

  private static DatabaseAddress address(String host, String mode) {
    return DatabaseAddress.of(
        "postgresql://postgres:x@%s:%d/postgres?sslmode=%s"
            .formatted(host, server.getPort(), mode));
  }

  private static Path trusted() {
    return directory.resolve("trusted.p12");
  }

  private static String pem(String kind, byte[] der) throws IOException {
    String text =
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(kind, Base64.getMimeEncoder().encodeToString(der), kind);
    Path file = Files.writeString(directory.resolve(kind.replace(' ', '-') + ".pem"), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file.toString();
  }

  /** Runs the JDK's tool for keys on the entry {@code server} of a store. */
  private static void keytool(String arguments, Path store) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments.split(" ")));
    command.addAll(
        List.of("-alias", "server", "-storepass", PASSWORD, "-keystore", store.toString()));
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
