package ai.bharatbuild.db;

import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * Brings a database to the state that this version needs, by {@code db/migration/V*.sql}. Several
 * servers may do it at once: Flyway takes a lock in the database.
 */
public final class Migrations {
  private Migrations() {}

  /**
   * Blocks, for some hundred milliseconds when there is something to do.
   *
   * @throws IllegalStateException when the database cannot be reached or refuses; its message is
   *     for the operator
   */
  public static void run(DatabaseAddress address) {
    try {
      Properties properties = address.properties();
      Flyway.configure()
          .dataSource(new JdbcSource(address.jdbcUrl(), properties))
          .locations("classpath:db/migration")
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new IllegalStateException(
          "The database %s cannot be brought up to date: %s".formatted(address, reason(e)), e);
    }
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }
}
