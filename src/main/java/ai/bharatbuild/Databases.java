package ai.bharatbuild;

import ai.bharatbuild.config.Settings;
import ai.bharatbuild.db.Database;
import ai.bharatbuild.db.DatabaseAddress;
import ai.bharatbuild.db.DatabaseServer;
import ai.bharatbuild.db.embedded.EmbeddedServer;
import io.vertx.core.Vertx;

/** Chooses the database; a part of {@link Server}. */
final class Databases {
  private Databases() {}

  /** Begins to start it; does not wait for it. */
  static Database start(Vertx vertx, Settings.Data settings) {
    if (settings.databaseUrl().equals("off")) {
      return Database.off(vertx);
    }
    DatabaseServer server =
        settings.databaseUrl().isEmpty()
            ? new EmbeddedServer(settings.path().resolve("postgres"), settings.poolSize())
            : DatabaseServer.external(DatabaseAddress.of(settings.databaseUrl()));
    return Database.start(vertx, server, settings.poolSize());
  }
}
