package ai.bharatbuild;

import ai.bharatbuild.agents.work.Budgets;
import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.cleanup.CleanupVerticle;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.files.DiskLimits;
import ai.bharatbuild.files.SecretFile;
import ai.bharatbuild.http.Access;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Contract;
import ai.bharatbuild.http.Guards;
import ai.bharatbuild.http.HttpVerticle;
import ai.bharatbuild.http.Operations;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.http.SystemRoutes;
import ai.bharatbuild.jobs.ArchiveRoutes;
import ai.bharatbuild.jobs.JobAdmission;
import ai.bharatbuild.jobs.JobCleanup;
import ai.bharatbuild.jobs.JobFileRoutes;
import ai.bharatbuild.jobs.JobRoutes;
import ai.bharatbuild.jobs.JobStorage;
import ai.bharatbuild.jobs.JobStorageVerticle;
import ai.bharatbuild.jobs.RawRoutes;
import ai.bharatbuild.jobs.SearchRoutes;
import ai.bharatbuild.jobs.StorageHealth;
import ai.bharatbuild.jobs.WorkspaceAccess;
import ai.bharatbuild.jobs.WorkspaceFileRoutes;
import ai.bharatbuild.preview.PreviewProxy;
import ai.bharatbuild.preview.PreviewRoutes;
import ai.bharatbuild.preview.PreviewTickets;
import ai.bharatbuild.preview.PreviewUrls;
import ai.bharatbuild.sandbox.Admission;
import ai.bharatbuild.sandbox.Calls;
import ai.bharatbuild.sandbox.ContainerCounts;
import ai.bharatbuild.sandbox.ContainerExecVerticle;
import ai.bharatbuild.sandbox.ContainerRoutes;
import ai.bharatbuild.sandbox.ExecRoutes;
import ai.bharatbuild.sandbox.Firewall;
import ai.bharatbuild.sandbox.PolicedRuntime;
import ai.bharatbuild.sandbox.SandboxRuntime;
import ai.bharatbuild.sandbox.TerminalRoutes;
import ai.bharatbuild.sandbox.WarmPoolVerticle;
import ai.bharatbuild.sandbox.WatchRoutes;
import ai.bharatbuild.sandbox.docker.DockerRuntime;
import ai.bharatbuild.sandbox.docker.DockerSettings;
import ai.bharatbuild.sandbox.network.NetworkSettings;
import ai.bharatbuild.sandbox.network.NftFirewall;
import ai.bharatbuild.telemetry.Health;
import ai.bharatbuild.telemetry.Metrics;
import ai.bharatbuild.usage.UsageRecorder;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * The parts of one server, wired and started in order, and stopped in the reverse order. The only
 * class that sees adapters. Tests start the same server on port 0.
 */
public final class Server {
  private static final int NAME_BYTES = 16;
  private final Vertx vertx;
  private final Metrics metrics;
  private final Deque<Supplier<Future<?>>> undo = new ArrayDeque<>();
  private final Health health;
  private final Remains remains = new Remains();
  private volatile int port;
  private volatile String id;
  private volatile String server;

  private Server(Vertx vertx, Metrics metrics) {
    this.vertx = vertx;
    this.metrics = metrics;
    String version = Server.class.getPackage().getImplementationVersion();
    this.health = new Health(version == null ? "development" : version);
  }

  /** Starts everything; on failure what was started is stopped again. */
  public static Future<Server> start(Vertx vertx, Metrics metrics, Settings settings) {
    Server server = new Server(vertx, metrics);
    return server
        .compose(settings)
        .map(server)
        .recover(e -> server.stop().transform(v -> Future.failedFuture(e)));
  }

  /** The port of the API and of previews; meaningful once started. */
  public int port() {
    return port;
  }

  /** What names this server's data and marks its sandboxes. */
  public String id() {
    return id;
  }

  /** The port of the metrics, or -1 where there is none. */
  public int metricsPort() {
    return metrics.port();
  }

  /** Stops in the reverse order; every part gets its turn even when one fails. */
  public Future<Void> stop() {
    health.ready(false);
    Future<Void> all = Future.succeededFuture();
    while (!undo.isEmpty()) {
      Supplier<Future<?>> step = undo.pop();
      all = all.transform(v -> step.get().mapEmpty());
    }
    return all.otherwiseEmpty();
  }

  private Future<Void> compose(Settings settings) {
    Bus bus = Bus.install(vertx);
    id = EngineSettings.serverId(settings.jobs().basePath());
    User user = User.of(settings.sandboxes().uid());
    return vertx
        .executeBlocking(
            () ->
                JobStorage.open(
                    bus, settings.jobs(), user.owner(), Links.discard(bus, settings), remains))
        .compose(
            storage ->
                name(storage.state())
                    .compose(v -> Identities.previewTickets(vertx, settings, storage.state()))
                    .onFailure(e -> close(storage))
                    .compose(tickets -> compose(settings, bus, user, storage, tickets)));
  }

  /** Kept beside the jobs, since it says where they are. */
  private Future<Void> name(Path state) {
    return vertx
        .executeBlocking(() -> SecretFile.open(state.resolve("server.id"), NAME_BYTES))
        .onSuccess(bytes -> server = HexFormat.of().formatHex(bytes))
        .mapEmpty();
  }

  private Future<Void> compose(
      Settings settings, Bus bus, User user, JobStorage storage, PreviewTickets tickets) {
    undo.push(() -> vertx.executeBlocking(() -> close(storage)));
    PreviewUrls urls = previewUrls(settings.preview(), tickets);
    DockerSettings docker = EngineSettings.of(settings.sandboxes(), user, storage.state(), id);
    Firewall firewall =
        NftFirewall.start(
            vertx,
            NetworkSettings.of(
                settings.sandboxes(),
                docker.serverId(),
                DockerRuntime.bridge(docker.network()),
                storage.state()));
    DockerRuntime engine = DockerRuntime.start(vertx, docker);
    SandboxRuntime runtime = new PolicedRuntime(engine, firewall);
    undo.push(runtime::close);
    // Begun early, because finding out what works takes a moment.
    Future<OneShots.Chosen> oneShots =
        new OneShots(vertx, settings.oneShots(), docker, runtime).choose();
    StorageHealth disk = new StorageHealth(storage, metrics.registry());
    // Reading the contract takes a while, so that goes on beside the rest.
    Future<Operations> operations =
        vertx.executeBlocking(() -> Operations.of(Contract.load()), false);
    Platform platform =
        new Platform(
            vertx,
            settings,
            Databases.start(vertx, settings.data()),
            bus,
            this::port,
            metrics.registry(),
            remains);
    undo.push(platform::close);
    health.add("database", platform.database()::check);
    platform.metering().observe(health, metrics.registry());
    health.add("engine", () -> runtime.ping().map(Health.Check::ok));
    health.add("storage", disk::check);
    health.add("disk_limits", () -> diskLimits(storage));
    health.add("network", () -> Links.networkCheck(firewall, engine.linkTrouble()));
    JobAdmission jobs = new JobAdmission(bus, settings.jobs().instances(), platform.quotas(bus));
    int shards = settings.sandboxes().instances();
    Admission admission = new Admission(settings.sandboxes().memoryBytes());
    metrics.registry().gauge("sandbox_memory_shared_bytes", admission, Admission::used);
    metrics.registry().gauge("sandbox_memory_budget_bytes", admission, Admission::budget);
    ContainerExecVerticle.Parts parts =
        new ContainerExecVerticle.Parts(
            bus,
            runtime,
            Links.workspaces(new WorkspaceAccess(bus, settings.jobs().instances())),
            settings.sandboxes(),
            user.uid(),
            storage.state(),
            Links.address(urls),
            new ContainerCounts(),
            admission,
            platform.quotas(bus),
            settings.jobs().excludedDirectories().stream().sorted().toList());
    HttpVerticle.HostHandler previews =
        PreviewProxy.hostHandler(
            settings.preview(), Links.previewTargets(bus, shards), urls, tickets);
    return metrics
        .serve(vertx, settings.telemetry().host(), settings.telemetry().port())
        .compose(
            v ->
                deploy(
                    settings.jobs().instances(),
                    shard -> new JobStorageVerticle(storage, jobs, shard)))
        .compose(v -> requireDiskLimits(settings, storage))
        .compose(v -> parts.workspaces().keepPrepared(List.of()))
        .compose(v -> commerce(platform, bus))
        .compose(v -> deploy(shards, shard -> new ContainerExecVerticle(parts, shard, shards)))
        .compose(v -> pool(parts))
        .compose(v -> oneShots.map(this::take))
        .compose(v -> health.start(vertx))
        .compose(v -> Stores.open(vertx, bus, settings, storage.completions()))
        .compose(stores -> begin(settings, bus, platform, stores))
        // The first sweep asks what is kept of jobs.
        .compose(durable -> deploy(1, one -> cleanup(bus, settings)).map(durable))
        .compose(
            durable ->
                operations
                    .compose(platform::access)
                    .compose(
                        access ->
                            http(
                                settings,
                                access,
                                platform.guards(bus),
                                routes(vertx, settings, bus, urls, health, platform, durable),
                                previews)))
        .onSuccess(v -> health.ready(true));
  }

  private Future<Durable> begin(Settings settings, Bus bus, Platform platform, Stores stores) {
    undo.push(stores::close);
    health.add("objects", stores::check);
    Durable durable = new Durable(vertx, bus, settings, platform, stores, server);
    durable.listen();
    Agents agents = durable.agents();
    undo.push(agents::close);
    return deploy(1, one -> new CleanupVerticle(durable.cleanup()))
        .compose(v -> LanguageModels.start(vertx, settings.models(), health, undo))
        .compose(
            chosen -> begin(durable, platform.metering().usage(), platform.budgets(bus), chosen))
        .compose(
            v ->
                platform.database().off()
                    ? Future.<Void>succeededFuture()
                    : deploy(1, one -> durable.runner()))
        .map(durable);
  }

  private Future<Void> begin(
      Durable durable,
      UsageRecorder usage,
      Budgets budgets,
      Optional<LanguageModels.Chosen> chosen) {
    Agents agents = durable.agents();
    return vertx
        .executeBlocking(
            () -> agents.parts(usage, budgets, durable.documents(chosen, usage, budgets), chosen),
            false)
        .compose(runs -> deploy(agents.instances(), shard -> agents.verticle(runs, shard)))
        .onSuccess(v -> undo.push(durable::close))
        .compose(v -> durable.begin());
  }

  private Future<Void> pool(ContainerExecVerticle.Parts parts) {
    return parts.settings().warmMax() == 0
        ? Future.succeededFuture()
        : deploy(
            1,
            one ->
                new WarmPoolVerticle(
                    parts.bus(),
                    parts.runtime(),
                    parts.workspaces(),
                    parts.settings(),
                    parts.admission(),
                    parts.state(),
                    metrics.registry()));
  }

  /** Begins before there are sandboxes, so that what happens to them is heard. */
  private Future<Void> commerce(Platform platform, Bus bus) {
    Future<Void> all = Future.succeededFuture();
    if (!platform.database().off()) {
      for (Deployable verticle : platform.commerce(bus).verticles()) {
        all = all.compose(v -> deploy(1, one -> verticle));
      }
    }
    return all;
  }

  private static Future<Health.Check> diskLimits(JobStorage storage) {
    Future<DiskLimits> limits = storage.diskLimits();
    return limits.isComplete()
        ? limits.map(it -> Health.Check.ok(it.detail()))
        : Future.succeededFuture(Health.Check.ok("being tried out"));
  }

  /** What was asked for must be there; what was left to the server is found out meanwhile. */
  private static Future<?> requireDiskLimits(Settings settings, JobStorage storage) {
    return settings.jobs().diskLimits().equals("auto")
        ? Future.succeededFuture()
        : storage.diskLimits();
  }

  private PreviewUrls previewUrls(Settings.Preview settings, PreviewTickets tickets) {
    return new PreviewUrls(
        settings.suffix(),
        settings.scheme(),
        () -> settings.port() == 0 ? port : settings.port(),
        tickets);
  }

  private Void take(OneShots.Chosen chosen) {
    undo.push(() -> chosen.close().get());
    health.add("one-shot", chosen.check());
    return null;
  }

  private static Void close(JobStorage storage) {
    storage.close();
    return null;
  }

  /** Every route of the API; also mounted by the test that compares them with the contract. */
  static List<Routes> routes(
      Vertx vertx,
      Settings settings,
      Bus bus,
      PreviewUrls urls,
      Health health,
      Platform platform,
      Durable durable) {
    BodyReader bodies = new BodyReader(vertx, settings.http().requestBufferBytes());
    Calls calls =
        new Calls(
            bus,
            settings.sandboxes().instances(),
            Links.workspaces(new WorkspaceAccess(bus, settings.jobs().instances())));
    List<Routes> routes = new ArrayList<>(platform.routes(bodies));
    routes.addAll(durable.routes(bodies));
    routes.addAll(
        List.of(
            new SystemRoutes(health, new Contract()),
            new JobRoutes(bus, bodies, settings.jobs(), platform.remains()),
            new JobFileRoutes(bus, bodies, settings.jobs()),
            new RawRoutes(bus, settings.jobs()),
            new ArchiveRoutes(bus, settings.jobs()),
            new ContainerRoutes(calls, bodies, settings.sandboxes(), Links.address(urls)),
            new WorkspaceFileRoutes(bus, bodies, settings.jobs(), calls::touch),
            new SearchRoutes(bus, settings.jobs(), calls::touch),
            new WatchRoutes(calls),
            new TerminalRoutes(calls),
            new ExecRoutes(calls, bodies),
            new PreviewRoutes(urls)));
    routes.addAll(platform.commerce(bus).routes(bodies));
    return routes;
  }

  private static CleanupVerticle cleanup(Bus bus, Settings settings) {
    return new CleanupVerticle(
        List.of(
            new CleanupVerticle.Task(
                "sweeping jobs",
                settings.jobs().sweepInterval(),
                true,
                () -> new JobCleanup(bus, settings.jobs().instances()).sweep()),
            new CleanupVerticle.Task(
                "looking for idle sandboxes",
                settings.sandboxes().sweepInterval(),
                false,
                () -> Links.sweepSandboxes(bus, settings.sandboxes().instances()))));
  }

  /** Deploys as many verticles as there are shards, each told its own. */
  private Future<Void> deploy(int shards, IntFunction<Deployable> make) {
    AtomicInteger next = new AtomicInteger();
    return vertx
        .deployVerticle(
            () -> make.apply(next.getAndIncrement()), new DeploymentOptions().setInstances(shards))
        .onSuccess(id -> undo.push(() -> vertx.undeploy(id)))
        .mapEmpty();
  }

  private Future<Void> http(
      Settings settings,
      Access access,
      Guards guards,
      List<Routes> routes,
      HttpVerticle.HostHandler previews) {
    List<HttpVerticle> instances = new ArrayList<>();
    return deploy(
            settings.http().instances(),
            number -> {
              HttpVerticle verticle =
                  new HttpVerticle(settings.http(), access, guards, routes, previews);
              instances.add(verticle);
              return verticle;
            })
        .onSuccess(v -> port = instances.getFirst().port());
  }
}
