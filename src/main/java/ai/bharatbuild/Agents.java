package ai.bharatbuild;

import ai.bharatbuild.agents.author.ModelAuthor;
import ai.bharatbuild.agents.author.TemplateAuthor;
import ai.bharatbuild.agents.runs.AgentVerticle;
import ai.bharatbuild.agents.runs.GenerateKind;
import ai.bharatbuild.agents.runs.GenerateWorker;
import ai.bharatbuild.agents.runs.RunDocuments;
import ai.bharatbuild.agents.runs.RunEvidence;
import ai.bharatbuild.agents.runs.RunForgetter;
import ai.bharatbuild.agents.runs.RunParts;
import ai.bharatbuild.agents.runs.RunRoutes;
import ai.bharatbuild.agents.runs.RunSettings;
import ai.bharatbuild.agents.starters.Starters;
import ai.bharatbuild.agents.verify.Verifier;
import ai.bharatbuild.agents.verify.VerifyLimits;
import ai.bharatbuild.agents.work.Author;
import ai.bharatbuild.agents.work.Budgets;
import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.files.FileWorkers;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.jobs.WorkspaceAccess;
import ai.bharatbuild.projects.ProjectParts;
import ai.bharatbuild.sandbox.ProjectType;
import ai.bharatbuild.sandbox.SandboxCommands;
import ai.bharatbuild.usage.UsageRecorder;
import ai.bharatbuild.versions.Versions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/** Wires runs, those who write in them and those who check; a part of {@link Server}. */
final class Agents {
  private static final int FILE_THREADS = 4;
  private static final int LOG_THREADS = 2;

  private final Vertx vertx;
  private final Bus bus;
  private final Settings settings;
  private final RunSettings bounds;
  private final RunJobs jobs;
  private final FileWorkers workers = new FileWorkers(FILE_THREADS, "runs-");

  Agents(Vertx vertx, Bus bus, Settings settings, Versions versions, ProjectParts projects) {
    this.vertx = vertx;
    this.bus = bus;
    this.settings = settings;
    Settings.Agents given = settings.agents();
    this.bounds =
        new RunSettings(
            given.instances(),
            given.concurrent(),
            given.waiting(),
            given.maxCostMicros(),
            given.maxTokens());
    Set<String> stacks =
        Arrays.stream(ProjectType.values()).map(ProjectType::id).collect(Collectors.toSet());
    this.jobs =
        new RunJobs(
            new WorkspaceAccess(bus, settings.jobs().instances()),
            new SandboxCommands(vertx, bus, settings.sandboxes()),
            new Probes(vertx, bus, settings.sandboxes().instances()),
            settings.jobs().excludedDirectories(),
            versions,
            projects,
            stacks);
  }

  List<Routes> routes(BodyReader bodies) {
    return List.of(new RunRoutes(bus, bodies, jobs, bounds, jobs));
  }

  /** A project's way to a run. */
  GenerateKind kind() {
    return new GenerateKind(jobs.stacks());
  }

  RunEvidence evidence() {
    return new RunEvidence(bus, bounds.instances());
  }

  GenerateWorker worker(ProjectParts parts) {
    return new GenerateWorker(vertx, bus, jobs, parts, bounds);
  }

  /** What the verticles share. */
  RunParts parts(
      UsageRecorder usage,
      Budgets budgets,
      RunDocuments documents,
      Optional<LanguageModels.Chosen> chosen) {
    LanguageModels.Chosen model = chosen.orElse(null);
    return new RunParts(
        bus,
        jobs,
        settings.data().path().resolve("runs"),
        workers,
        vertx.createSharedWorkerExecutor("run-logs", LOG_THREADS),
        author(model),
        new Verifier(VerifyLimits.DEFAULT),
        documents,
        jobs.stacks(),
        model == null ? null : model.model(),
        model == null ? Map.of() : model.models(),
        model == null ? null : model.currency(),
        model == null ? 1 : model.rupees(),
        usage,
        budgets,
        new Semaphore(bounds.concurrent(), true),
        bounds.waiting());
  }

  private Author author(LanguageModels.Chosen model) {
    return model == null
        ? new TemplateAuthor(Starters.load())
        : new ModelAuthor(model.model().provider(), jobs.stacks());
  }

  int instances() {
    return bounds.instances();
  }

  AgentVerticle verticle(RunParts parts, int shard) {
    return new AgentVerticle(parts, shard, bounds.instances());
  }

  /** Runs go with their jobs. */
  void tell(Remains remains) {
    remains.ofJob(new RunForgetter(bus, bounds.instances())::forget);
  }

  Future<Void> close() {
    return vertx.executeBlocking(
        () -> {
          workers.close();
          return null;
        });
  }
}
