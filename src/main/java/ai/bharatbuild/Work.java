package ai.bharatbuild;

import ai.bharatbuild.agents.author.ModelProse;
import ai.bharatbuild.agents.documents.DocumentLimits;
import ai.bharatbuild.agents.documents.DocumentModel;
import ai.bharatbuild.agents.documents.DocumentParts;
import ai.bharatbuild.agents.documents.DownloadRoutes;
import ai.bharatbuild.agents.documents.FactsSource;
import ai.bharatbuild.agents.documents.GenerateRoutes;
import ai.bharatbuild.agents.documents.Generations;
import ai.bharatbuild.agents.documents.Verifications;
import ai.bharatbuild.agents.documents.WorkspaceFacts;
import ai.bharatbuild.agents.documents.facts.Verification;
import ai.bharatbuild.agents.llm.ModelRole;
import ai.bharatbuild.agents.runs.GenerateKind;
import ai.bharatbuild.agents.runs.GenerateWorker;
import ai.bharatbuild.agents.runs.RunDocuments;
import ai.bharatbuild.agents.runs.RunEvidence;
import ai.bharatbuild.agents.work.Budgets;
import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.db.Channels;
import ai.bharatbuild.db.Database;
import ai.bharatbuild.events.DomainEvent;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.jobs.WorkspaceAccess;
import ai.bharatbuild.projects.BuildKind;
import ai.bharatbuild.projects.BuildSandboxes;
import ai.bharatbuild.projects.BuildWorker;
import ai.bharatbuild.projects.DocumentRoutes;
import ai.bharatbuild.projects.Documents;
import ai.bharatbuild.projects.ExecuteRoutes;
import ai.bharatbuild.projects.ExecutionRules;
import ai.bharatbuild.projects.ProjectPartRoutes;
import ai.bharatbuild.projects.ProjectParts;
import ai.bharatbuild.projects.ProjectRoutes;
import ai.bharatbuild.projects.ProjectWorkspaces;
import ai.bharatbuild.projects.Projects;
import ai.bharatbuild.sandbox.SandboxCommands;
import ai.bharatbuild.storage.ObjectStore;
import ai.bharatbuild.tasks.Task;
import ai.bharatbuild.tasks.TaskEvents;
import ai.bharatbuild.tasks.TaskQueue;
import ai.bharatbuild.tasks.TaskRoutes;
import ai.bharatbuild.tasks.TaskRunner;
import ai.bharatbuild.tasks.TaskStatus;
import ai.bharatbuild.tasks.TaskTiming;
import ai.bharatbuild.usage.UsageRecorder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Wires projects, the queue of their work and those who do it; a part of {@link Server}. */
final class Work {
  private final Vertx vertx;
  private final Bus bus;
  private final Pool pool;
  private final Channels channels;
  private final String server;
  private final ProjectParts parts;
  private final Documents documents;
  private final int builds;
  private final WorkspaceAccess access;
  private final ProjectWorkspaces workspaces;
  private final BuildSandboxes sandboxes;

  private final Projects projects;
  private final Generations generations;
  private final DocumentLimits limits;
  private final GenerateKind generate;
  private final RunEvidence evidence;
  private final GenerateWorker generator;

  Work(
      Vertx vertx,
      Bus bus,
      Settings settings,
      Database database,
      ObjectStore objects,
      Agents agents,
      String server) {
    this.generate = agents.kind();
    this.evidence = agents.evidence();
    this.pool = database.pool();
    this.channels = database.channels();
    this.server = server;
    this.parts = new ProjectParts(pool, server);
    this.generator = agents.worker(parts);
    this.vertx = vertx;
    this.bus = bus;
    this.documents = new Documents(pool, objects);
    this.builds = settings.work().builds();
    this.access = new WorkspaceAccess(bus, settings.jobs().instances());
    this.workspaces = workspaces(access);
    this.sandboxes = sandboxes(new SandboxCommands(vertx, bus, settings.sandboxes()));
    this.projects = new Projects(pool);
    FactsSource facts = new WorkspaceFacts(vertx, access, parts, this::evidence);
    this.generations =
        new Generations(
            vertx,
            new DocumentParts(projects, documents, facts),
            settings.data().path().resolve("documents"));
    this.limits =
        new DocumentLimits(settings.agents().maxCostMicros(), settings.agents().maxTokens());
  }

  List<Routes> routes(BodyReader bodies) {
    TaskQueue queue = new TaskQueue(pool, this::tell);
    ExecutionRules rules = new ExecutionRules(projects, List.of(new BuildKind(), generate));
    return List.of(
        new GenerateRoutes(projects, generations, limits, bodies),
        new DownloadRoutes(vertx, projects, documents),
        new ProjectRoutes(projects, documents, queue, bodies),
        new ProjectPartRoutes(projects, parts, workspaces, bodies),
        new DocumentRoutes(projects, documents),
        new ExecuteRoutes(projects, parts, queue, rules, bodies),
        new TaskRoutes(queue, rules));
  }

  private Future<Verification> evidence(String job, String owner) {
    return evidence.newest(job, owner).map(seen -> seen == null ? null : Verifications.of(seen));
  }

  /** Bytes of an owner's documents. */
  Future<Long> documentBytes(String owner) {
    return documents.bytes(
        owner.equals(Caller.LOCAL.userId()) ? Caller.LOCAL.account() : UUID.fromString(owner));
  }

  /** All documents of an account, which is about to go. */
  Future<Void> forgetDocuments(String account) {
    UUID id = UUID.fromString(account);
    return generations.forget(id).compose(v -> documents.forget(id));
  }

  Future<Void> sweepDocuments() {
    Instant now = Instant.now();
    return generations.sweep(now).compose(v -> documents.sweep(now));
  }

  /** Goes on with documents that an earlier server began. */
  Future<Void> begin() {
    return generations.start();
  }

  private static DocumentModel documentModel(
      LanguageModels.Chosen it, UsageRecorder usage, Budgets budgets) {
    String name = it.models().get(ModelRole.SMALL).name();
    return new DocumentModel(
        it.model(), it.models(), it.rupees(), usage, budgets, ask -> new ModelProse(name, ask));
  }

  Future<Void> close() {
    return generations.close();
  }

  /** Documents that runs make. From now on the model, where there is one, writes in all of them. */
  RunDocuments documents(
      Optional<LanguageModels.Chosen> chosen, UsageRecorder usage, Budgets budgets) {
    generations.use(chosen.map(it -> documentModel(it, usage, budgets)).orElse(null));
    return new RunPapers(projects, generations);
  }

  /** What takes tasks from the queue on this server. */
  TaskRunner runner() {
    return new TaskRunner(
        pool,
        channels,
        List.of(new BuildWorker(workspaces, sandboxes, builds), generator),
        TaskTiming.STANDARD,
        server,
        this::tell);
  }

  /** The project of a task that leads it changes with it; see V3__projects.sql. */
  private void tell(Task task) {
    bus.publish(TaskEvents.CHANGED, task);
    boolean begun = task.status() == TaskStatus.PENDING && task.attempts() == 0;
    if (!task.leadsProject() || !begun && !task.status().ended()) {
      return;
    }
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("project_id", task.projectId().toString());
    data.put("status", status(task));
    data.put("task_id", task.id().toString());
    bus.publish(
        DomainEvent.TOPIC, DomainEvent.now(task.owner(), DomainEvent.PROJECT_STATUS_CHANGED, data));
  }

  private static String status(Task task) {
    return switch (task.status()) {
      case PENDING, RUNNING -> "processing";
      case COMPLETED -> "completed";
      case CANCELLED -> "cancelled";
      case FAILED, DEAD -> "failed";
    };
  }

  private static ProjectWorkspaces workspaces(WorkspaceAccess access) {
    return new ProjectWorkspaces() {
      @Override
      public Future<State> state(String id, String owner) {
        return access
            .find(id)
            .map(
                info ->
                    info == null || !info.userId().equals(owner)
                        ? State.GONE
                        : info.expired() ? State.EXPIRED : State.LIVE);
      }

      @Override
      public Future<String> create(String owner, String name) {
        return access.createJob(owner, name);
      }

      @Override
      public Future<Set<String>> names(String id, String owner) {
        return access.names(id, owner);
      }
    };
  }

  private static BuildSandboxes sandboxes(SandboxCommands commands) {
    return new BuildSandboxes() {
      @Override
      public Future<Void> ensure(String id, String owner, String type) {
        return commands.ensure(id, owner, type).mapEmpty();
      }

      @Override
      public Future<String> begin(String id, String owner, String command, int timeoutSeconds) {
        return commands.begin(id, owner, command, timeoutSeconds);
      }

      @Override
      public Future<Ended> end(String id, String owner, String execId) {
        return commands
            .end(id, owner, execId)
            .map(
                view ->
                    new Ended(
                        view.data(),
                        Boolean.TRUE.equals(view.success()),
                        view.cause(),
                        view.startedAt(),
                        view.endedAt()));
      }

      @Override
      public Future<Void> cancel(String id, String owner, String execId) {
        return commands.cancel(id, owner, execId);
      }
    };
  }
}
