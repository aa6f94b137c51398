package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.plan.InvalidPlanException;
import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.plan.PlanJson;
import ai.bharatbuild.agents.verify.VerificationReport;
import ai.bharatbuild.bus.Address;
import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Pages;
import ai.bharatbuild.http.Query;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.http.Sse;
import ai.bharatbuild.http.WorkspaceId;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.FieldError;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Calls on runs: begin one, follow it, end it, approve its plan. */
public final class RunRoutes implements Routes {
  private static final String BASE = "/api/v1/orchestrator";
  private static final String RUN = BASE + "/runs/:run_id";
  private static final long MAX_BODY = 40 << 20;

  private final Bus bus;
  private final BodyReader bodies;
  private final RunWorkspaces workspaces;
  private final RunRequests requests;
  private final RunPlans plans;
  private final int shards;

  public RunRoutes(
      Bus bus, BodyReader bodies, RunWorkspaces workspaces, RunSettings settings, RunPlans plans) {
    this.bus = bus;
    this.bodies = bodies;
    this.workspaces = workspaces;
    this.requests = new RunRequests(plans.stacks(), settings);
    this.plans = plans;
    this.shards = settings.instances();
  }

  @Override
  public void mount(Router router) {
    router
        .post(BASE + "/generate")
        .handler(c -> begin(c, body -> requests.generate(body, Caller.of(c))));
    router.post(BASE + "/fix").handler(c -> begin(c, body -> requests.fix(body, Caller.of(c))));
    router.get(BASE + "/runs").handler(this::list);
    router.get(RUN).handler(c -> Replies.json(c, 200, ask(RunMessages.GET, c)));
    router.get(RUN + "/events").handler(this::events);
    router.post(RUN + "/cancel").handler(c -> Replies.json(c, 200, ask(RunMessages.CANCEL, c)));
    router.post(RUN + "/resume").handler(c -> Replies.json(c, 202, ask(RunMessages.RESUME, c)));
    router.post(RUN + "/approve").handler(this::approve);
    router.get(RUN + "/plan").handler(this::plan);
    router.put(RUN + "/plan").handler(this::replacePlan);
    router.get(RUN + "/verification").handler(this::verification);
  }

  private void begin(RoutingContext context, Function<JsonNode, RunRequests.Asked> read) {
    bodies
        .json(context, MAX_BODY)
        .map(read)
        .compose(
            asked ->
                (asked.job() == null ? onNewJob(asked) : onJob(asked))
                    .onSuccess(started -> answer(context, asked, started)))
        .onFailure(context::fail);
  }

  /** A start that is refused leaves no empty job behind. */
  private Future<RunMessages.Started> onNewJob(RunRequests.Asked asked) {
    String owner = asked.request().owner();
    return workspaces
        .create(owner, asked.request().name())
        .compose(
            job ->
                start(job, asked.request(), asked.pictures())
                    .recover(
                        e ->
                            workspaces.discard(job, owner).transform(v -> Future.failedFuture(e))));
  }

  /** The run opens it when its turn comes; a complete job keeps its ZIP until then. */
  private Future<RunMessages.Started> onJob(RunRequests.Asked asked) {
    String job = WorkspaceId.inPath(asked.job());
    RunRequest request = asked.request();
    return workspaces
        .isComplete(job, request.owner())
        .compose(v -> workspaces.project(job, request.account()))
        .compose(project -> start(job, request.forProject(project), asked.pictures()));
  }

  private Future<RunMessages.Started> start(String job, RunRequest request, List<byte[]> pictures) {
    return bus.ask(
        RunMessages.START, Bus.shardOf(job, shards), new RunMessages.Start(job, request, pictures));
  }

  private static void answer(
      RoutingContext context, RunRequests.Asked asked, RunMessages.Started started) {
    String id = started.view().runId();
    context.response().putHeader("X-Run-Id", id).putHeader("X-Job-Id", started.view().jobId());
    if (asked.detach()) {
      context.response().putHeader("Location", BASE + "/runs/" + id);
      Replies.json(context, 202, started.view());
    } else {
      Sse.send(context, started.log().reader(0));
    }
  }

  private void list(RoutingContext context) {
    String owner = Caller.of(context).userId();
    String job = context.request().getParam("job_id");
    int page = Query.page(context);
    int limit = Query.limit(context);
    int most = (int) Math.min((long) page * limit, Integer.MAX_VALUE);
    List<Future<RunMessages.Listed>> asked = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      RunMessages.Mine mine = new RunMessages.Mine(owner, job, most);
      asked.add(bus.ask(RunMessages.LIST, Integer.toString(shard), mine));
    }
    Replies.json(
        context,
        200,
        Future.all(asked)
            .compose(
                v -> {
                  List<RunMessages.Listed> found = asked.stream().map(Future::result).toList();
                  int total = found.stream().mapToInt(RunMessages.Listed::total).sum();
                  return views(found, owner, page, limit)
                      .map(views -> Pages.page("runs", views, total, page, limit));
                }));
  }

  private Future<List<RunView>> views(
      List<RunMessages.Listed> found, String owner, int page, int limit) {
    List<Future<RunView>> views =
        found.stream()
            .flatMap(listed -> listed.runs().stream())
            .sorted(RunMessages.Item.NEWEST_FIRST)
            .skip((page - 1L) * limit)
            .limit(limit)
            .map(item -> ask(RunMessages.GET, item.id(), owner))
            .toList();
    return Future.all(views).map(v -> views.stream().map(Future::result).toList());
  }

  private void events(RoutingContext context) {
    long after = Sse.lastEventId(context);
    ask(RunMessages.EVENTS, context)
        .onComplete(found -> Sse.send(context, found.log().reader(after)), context::fail);
  }

  private void approve(RoutingContext context) {
    String owner = Caller.of(context).userId();
    Replies.json(
        context,
        202,
        ask(RunMessages.GET, context)
            .compose(run -> plans.read(run.jobId(), owner))
            .compose(plan -> ask(RunMessages.APPROVE, context)));
  }

  private void plan(RoutingContext context) {
    Replies.json(
        context,
        200,
        ask(RunMessages.GET, context)
            .map(
                run -> {
                  if (run.plan() == null) {
                    throw ApiException.notFound("plan");
                  }
                  return run.plan();
                }));
  }

  /** A plan may be changed until it is approved. */
  private void replacePlan(RoutingContext context) {
    String owner = Caller.of(context).userId();
    Replies.json(
        context,
        200,
        bodies
            .bytes(context, MAX_BODY)
            .compose(
                body ->
                    ask(RunMessages.GET, context)
                        .compose(
                            run -> {
                              if (run.status() != RunStatus.WAITING) {
                                throw ApiException.conflict(
                                    "run_not_waiting",
                                    "The plan can be changed only while it waits for approval.");
                              }
                              Plan plan = parse(body.toString());
                              return plans.write(run.jobId(), owner, plan).map(plan);
                            })));
  }

  private Plan parse(String json) {
    try {
      return PlanJson.read(json, plans.stacks());
    } catch (InvalidPlanException e) {
      throw invalid(e);
    }
  }

  static ApiException invalid(InvalidPlanException e) {
    return ApiException.validation(
        e.faults().stream()
            .map(
                fault ->
                    new FieldError(
                        List.of("body", fault.at()),
                        (fault.at().isEmpty() ? "the plan" : fault.at()) + ": " + fault.what(),
                        "value_error"))
            .toList());
  }

  private void verification(RoutingContext context) {
    ask(RunMessages.GET, context)
        .onComplete(
            run -> {
              if (run.evidence() == null) {
                context.fail(ApiException.notFound("verification"));
                return;
              }
              context
                  .response()
                  .putHeader("Content-Type", "text/markdown; charset=utf-8")
                  .end(VerificationReport.markdown(run.evidence(), run.plan(), run.diagnosis()));
            },
            context::fail);
  }

  private <R> Future<R> ask(Address<RunMessages.Of, R> address, RoutingContext context) {
    return ask(address, RunId.inPath(context.pathParam("run_id")), Caller.of(context).userId());
  }

  private <R> Future<R> ask(Address<RunMessages.Of, R> address, RunId id, String owner) {
    return bus.ask(address, Bus.shardOf(id.job(), shards), new RunMessages.Of(id, owner));
  }
}
