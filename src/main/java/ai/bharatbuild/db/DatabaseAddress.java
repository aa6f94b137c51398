package ai.bharatbuild.db;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Where a database is and how to sign in to it, for both drivers: the JDBC one, which migrations
 * need, and the reactive one, which everything else uses.
 *
 * @param ssl {@code REQUIRE} encrypts and believes any certificate; {@code VERIFY_CA} and {@code
 *     VERIFY_FULL} believe those of authorities that the JVM trusts, the latter for the host's name
 *     alone; {@code DISABLE}, the default, is plain
 */
public record DatabaseAddress(
    String host, int port, String database, String user, String password, SslMode ssl) {
  private static final int PIPELINED = 64;
  private static final int CACHED_STATEMENTS = 256;
  private static final Set<SslMode> VERIFIED = Set.of(SslMode.VERIFY_CA, SslMode.VERIFY_FULL);

  /** Reads {@code postgresql://user:password@host:port/database?sslmode=require}. */
  public static DatabaseAddress of(String url) {
    PgConnectOptions options = PgConnectOptions.fromUri(url);
    return new DatabaseAddress(
        options.getHost(),
        options.getPort(),
        options.getDatabase(),
        options.getUser(),
        options.getPassword(),
        options.getSslMode());
  }

  public DatabaseAddress withDatabase(String other) {
    return new DatabaseAddress(host, port, other, user, password, ssl);
  }

  /** Without the password, which {@link #properties} holds. */
  public String jdbcUrl() {
    return "jdbc:postgresql://%s:%d/%s".formatted(host, port, database);
  }

  public Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("loginTimeout", "10");
    // A migration may take its time, but a server that is gone must not hold one up for ever.
    properties.setProperty("socketTimeout", "600");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("sslmode", ssl.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    if (VERIFIED.contains(ssl)) {
      properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
    }
    return properties;
  }

  public PgConnectOptions options() {
    PgConnectOptions options =
        new PgConnectOptions()
            .setHost(host)
            .setPort(port)
            .setDatabase(database)
            .setUser(user)
            .setPassword(password)
            .setCachePreparedStatements(true)
            .setPreparedStatementCacheMaxSize(CACHED_STATEMENTS)
            .setPipeliningLimit(PIPELINED)
            .addProperty("application_name", "bharatbuild");
    if (ssl != SslMode.DISABLE) {
      options.setSslMode(ssl).setSslOptions(trust());
    }
    return options;
  }

  private ClientSSLOptions trust() {
    ClientSSLOptions trust = new ClientSSLOptions();
    return switch (ssl) {
      case VERIFY_CA -> trust.setTrustOptions(authorities());
      case VERIFY_FULL ->
          trust.setTrustOptions(authorities()).setHostnameVerificationAlgorithm("HTTPS");
      default -> trust.setTrustAll(true);
    };
  }

  /** Those of the JVM, which {@code -Djavax.net.ssl.trustStore} changes. */
  private static TrustOptions authorities() {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      TrustManager manager =
          Arrays.stream(factory.getTrustManagers())
              .filter(X509TrustManager.class::isInstance)
              .findFirst()
              .orElseThrow();
      return TrustOptions.wrap(manager);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Never tells the password. */
  @Override
  public String toString() {
    return "%s@%s:%d/%s".formatted(user, host, port, database);
  }
}
