package ai.bharatbuild;

import ai.bharatbuild.config.InvalidSettingException;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.config.SettingsLoader;
import ai.bharatbuild.db.embedded.Backup;
import ai.bharatbuild.db.embedded.Restore;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The program behind {@code scripts/backup.sh} and {@code scripts/restore.sh}: {@code backup FILE}
 * or {@code restore FILE}, for the embedded database of the server with the same settings.
 */
public final class DatabaseCopy {
  private DatabaseCopy() {}

  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    try {
      run(SettingsLoader.load(vertx).await(30, TimeUnit.SECONDS), args[0], Path.of(args[1]));
    } catch (IOException | SQLException | TimeoutException | InvalidSettingException e) {
      System.err.println("error: " + e.getMessage());
      System.exit(1);
    } finally {
      vertx.close();
    }
  }

  private static void run(Settings settings, String what, Path file)
      throws IOException, SQLException {
    if (!settings.data().databaseUrl().isEmpty()) {
      throw new IOException(
          "DATABASE_URL is set: only the embedded database is copied so. Use pg_dump and"
              + " pg_restore.");
    }
    Path home = settings.data().path().resolve("postgres");
    if (what.equals("backup")) {
      new Backup(home).write(file.toAbsolutePath());
      System.out.println("The database is in " + file);
    } else {
      Path before = new Restore(home).read(file.toAbsolutePath());
      System.out.println("The database is restored from " + file);
      if (before != null) {
        System.out.println("The one that was there is kept in " + before);
      }
    }
  }
}
