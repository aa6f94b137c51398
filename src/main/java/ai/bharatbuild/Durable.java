package ai.bharatbuild;

import ai.bharatbuild.agents.runs.RunDocuments;
import ai.bharatbuild.agents.work.Budgets;
import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.cleanup.CleanupVerticle;
import ai.bharatbuild.cleanup.Retention;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.db.Database;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.projects.ProjectParts;
import ai.bharatbuild.tasks.TaskRunner;
import ai.bharatbuild.usage.UsageRecorder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What outlives jobs: projects and their work, versions, and who is told of it; a part of {@link
 * Server}.
 */
final class Durable {
  private static final Duration SWEEP = Duration.ofMinutes(10);
  private static final Duration DOCUMENT_SWEEP = Duration.ofHours(1);

  private final Bus bus;
  private final Database database;
  private final Agents agents;
  private final Work work;
  private final Stores stores;
  private final Notices notices;
  private final Retention retention;

  /**
   * @param server names this server and what is on its disk to others with the same database
   */
  Durable(
      Vertx vertx, Bus bus, Settings settings, Platform platform, Stores stores, String server) {
    this.bus = bus;
    this.database = platform.database();
    this.agents =
        new Agents(
            vertx, bus, settings, stores.versions(), new ProjectParts(database.pool(), server));
    this.work = new Work(vertx, bus, settings, database, stores.objects(), agents, server);
    this.retention = new Retention(database.pool(), Retention.rules(settings.kept()));
    this.stores = stores;
    stores.tell(platform.remains());
    agents.tell(platform.remains());
    if (!database.off()) {
      platform.remains().ofOwner(work::forgetDocuments);
      platform.remains().weigh(work::documentBytes);
    }
    this.notices = new Notices(platform.socketCallers());
  }

  /** Listens to the server's events, on the calling context. */
  void listen() {
    stores.listen();
    notices.listen(bus);
  }

  List<Routes> routes(BodyReader bodies) {
    List<Routes> routes = new ArrayList<>(work.routes(bodies));
    routes.addAll(agents.routes(bodies));
    routes.addAll(stores.routes());
    routes.addAll(notices.routes());
    return routes;
  }

  /** Removes what was left when something was deleted and a store failed, and what is too old. */
  List<CleanupVerticle.Task> cleanup() {
    List<CleanupVerticle.Task> tasks = new ArrayList<>();
    tasks.add(
        new CleanupVerticle.Task("keeping and removing versions", SWEEP, true, stores::settle));
    if (!database.off()) {
      tasks.add(
          new CleanupVerticle.Task(
              "removing what is left of documents", DOCUMENT_SWEEP, false, work::sweepDocuments));
      tasks.add(new CleanupVerticle.Task("removing old rows", SWEEP, false, retention::run));
    }
    return tasks;
  }

  Agents agents() {
    return agents;
  }

  RunDocuments documents(
      Optional<LanguageModels.Chosen> chosen, UsageRecorder usage, Budgets budgets) {
    return work.documents(chosen, usage, budgets);
  }

  /** Goes on with what an earlier server began, once runs and their evidence are there. */
  Future<Void> begin() {
    return database.off() ? Future.succeededFuture() : work.begin();
  }

  Future<Void> close() {
    return work.close();
  }

  TaskRunner runner() {
    return work.runner();
  }
}
