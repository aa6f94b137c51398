package ai.bharatbuild.jobs;

import ai.bharatbuild.bus.Address;
import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Fields;
import ai.bharatbuild.http.FileReply;
import ai.bharatbuild.http.Pages;
import ai.bharatbuild.http.Query;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.http.WorkspaceId;
import ai.bharatbuild.jobs.JobMessages.Change;
import ai.bharatbuild.jobs.JobMessages.Create;
import ai.bharatbuild.jobs.JobMessages.Delete;
import ai.bharatbuild.jobs.JobMessages.Download;
import ai.bharatbuild.jobs.JobMessages.Everything;
import ai.bharatbuild.jobs.JobMessages.ListJobs;
import ai.bharatbuild.jobs.JobMessages.Ref;
import ai.bharatbuild.jobs.JobMessages.Write;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.FieldError;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Calls on jobs as a whole: made, planned, completed, downloaded, deleted. */
public final class JobRoutes implements Routes {
  private static final long SMALL_BODY = 64 << 10;
  private static final long PLAN_BODY = 4 << 20;
  private static final String ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int ID_LENGTH = 14;
  private static final WorkspacePath PLAN = WorkspacePath.parse("plan.json");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Bus bus;
  private final BodyReader bodies;
  private final Settings.Jobs settings;
  private final JobHistory history;

  public JobRoutes(Bus bus, BodyReader bodies, Settings.Jobs settings, JobHistory history) {
    this.history = history;
    this.bus = bus;
    this.bodies = bodies;
    this.settings = settings;
  }

  @Override
  public void mount(Router router) {
    router.get("/api/v1/jobs").handler(this::list);
    router.post("/api/v1/jobs/create").handler(this::create);
    router.get("/api/v1/jobs/admin/stats").handler(this::stats);
    router.post("/api/v1/jobs/admin/cleanup").handler(this::cleanup);
    router
        .get("/api/v1/jobs/:id")
        .handler(c -> Replies.json(c, 200, ask(c, JobMessages.GET, ref(c))));
    router.delete("/api/v1/jobs/:id").handler(this::delete);
    router.post("/api/v1/jobs/:id/plan").handler(this::plan);
    router.post("/api/v1/jobs/:id/complete").handler(this::complete);
    router.post("/api/v1/jobs/:id/fail").handler(this::fail);
    router.post("/api/v1/jobs/:id/reopen").handler(this::reopen);
    router.get("/api/v1/jobs/:id/download").handler(this::download);
  }

  private void list(RoutingContext context) {
    int page = Query.page(context);
    int limit = Query.limit(context);
    ListJobs question = new ListJobs(Caller.of(context).userId());
    Replies.json(
        context,
        200,
        everyShard(JobMessages.JOBS, question)
            .map(
                answers ->
                    Pages.of(
                        "jobs",
                        answers.stream()
                            .flatMap(answer -> answer.jobs().stream())
                            .sorted(
                                Comparator.comparing(JobView::createdAt)
                                    .reversed()
                                    .thenComparing(JobView::jobId))
                            .toList(),
                        page,
                        limit)));
  }

  private void create(RoutingContext context) {
    String owner = Caller.of(context).userId();
    bodies
        .json(context, SMALL_BODY, body -> readCreate(owner, body))
        .compose(question -> bus.ask(JobMessages.CREATE, shard(question.ref().id()), question))
        .onComplete(
            job -> {
              context.response().putHeader("Location", "/api/v1/jobs/" + job.jobId());
              Replies.json(context, 201, job);
            },
            context::fail);
  }

  private static Create readCreate(String owner, JsonNode body) {
    Fields fields = Fields.of(body);
    String name = fields.text("project_name", 1, 200);
    String id = fields.text("job_id", 0, 1000, null);
    if (fields.has("job_id") && id != null && !WorkspaceId.valid(id)) {
      fields.error(
          "job_id",
          "must have at most 48 characters: words of a-z and 0-9 joined by single hyphens",
          "value_error");
    }
    fields.check();
    return new Create(new Ref(id == null ? newId() : id, owner), name);
  }

  /** 14 characters of 36 are 72 random bits. */
  static String newId() {
    StringBuilder id = new StringBuilder();
    for (int i = 0; i < ID_LENGTH; i++) {
      id.append(ID_ALPHABET.charAt(RANDOM.nextInt(ID_ALPHABET.length())));
    }
    return id.toString();
  }

  private void stats(RoutingContext context) {
    Replies.json(
        context,
        200,
        everyShard(JobMessages.STATS, new Everything())
            .map(
                answers -> {
                  Map<String, Object> total = new LinkedHashMap<>();
                  total.put("base_path", settings.basePath().toString());
                  total.put("job_count", answers.stream().mapToInt(JobMessages.Stats::jobs).sum());
                  total.put(
                      "file_count", answers.stream().mapToLong(JobMessages.Stats::files).sum());
                  total.put(
                      "total_size_mb",
                      JobView.megabytes(
                          answers.stream().mapToLong(JobMessages.Stats::bytes).sum()));
                  total.put(
                      "disk_mb",
                      JobView.megabytes(
                          answers.stream().mapToLong(JobMessages.Stats::diskBytes).sum()));
                  total.put("expiry_hours", settings.expiry().toHours());
                  return total;
                }));
  }

  private void cleanup(RoutingContext context) {
    Replies.json(
        context,
        200,
        everyShard(JobMessages.SWEEP, new Everything())
            .map(
                answers ->
                    Map.of(
                        "success",
                        true,
                        "cleaned_jobs",
                        answers.stream().mapToInt(JobMessages.Swept::jobs).sum())));
  }

  private void delete(RoutingContext context) {
    Ref ref = ref(context);
    Delete question = new Delete(ref, Query.flag(context, "keep_zip", false));
    Replies.json(
        context,
        200,
        ask(context, JobMessages.DELETE, question)
            .<Object>mapEmpty()
            .recover(e -> removeLeft(ref, question.keepZip(), e))
            .map(v -> Map.of("success", true, "message", "Job " + ref.id() + " deleted")));
  }

  /** Of a job that expired long ago nothing may be left but what is kept of it. */
  private Future<Object> removeLeft(Ref ref, boolean keep, Throwable cause) {
    boolean gone = cause instanceof ApiException told && told.problem().status() == 404;
    return !gone || keep
        ? Future.failedFuture(cause)
        : history
            .removeLeft(ref.id(), ref.userId())
            .compose(any -> any ? Future.succeededFuture() : Future.failedFuture(cause));
  }

  private void plan(RoutingContext context) {
    Ref ref = ref(context);
    Replies.json(
        context,
        200,
        bodies
            .json(context, PLAN_BODY, JobRoutes::readPlan)
            .compose(bytes -> ask(context, JobMessages.WRITE, new Write(ref, PLAN, bytes)))
            .map(v -> Map.of("success", true)));
  }

  /** Checks a plan's shape and gives it as a readable file; members beyond it are kept. */
  private static byte[] readPlan(JsonNode body) {
    Fields fields = Fields.of(body);
    List<Fields> tasks = fields.objects("tasks");
    if (tasks == null) {
      fields.error("tasks", "is required", "missing");
      tasks = List.of();
    }
    for (Fields task : tasks) {
      task.text("name", 1, 1000);
      JsonNode files = task.raw("files");
      boolean texts = files != null && files.isArray();
      for (JsonNode file : texts ? files : List.<JsonNode>of()) {
        texts &= file.isTextual();
      }
      if (!texts) {
        task.error("files", "must be an array of paths", "type_error");
      }
    }
    JsonNode metadata = fields.raw("metadata");
    if (metadata != null && !metadata.isObject()) {
      fields.error("metadata", "must be an object", "type_error");
    }
    fields.check();
    try {
      return ai.bharatbuild.json.Json.MAPPER
          .writerWithDefaultPrettyPrinter()
          .writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private void complete(RoutingContext context) {
    change(context, JobStatus.Event.COMPLETE, null)
        .onComplete(
            job -> {
              Map<String, Object> answer = new LinkedHashMap<>();
              answer.put("success", true);
              answer.put("status", job.status());
              answer.put("message", "ZIP creation started");
              answer.put("download_url", job.downloadUrl());
              Replies.json(context, 200, answer);
            },
            context::fail);
  }

  private void fail(RoutingContext context) {
    String message = context.request().getParam("error_message");
    if (message != null && message.length() > 10_000) {
      throw ApiException.validation(
          List.of(
              new FieldError(
                  List.of("query", "error_message"),
                  "error_message must have at most 10000 characters",
                  "length")));
    }
    Replies.json(
        context,
        200,
        change(context, JobStatus.Event.FAIL, message).map(JobRoutes::successAndStatus));
  }

  private void reopen(RoutingContext context) {
    Replies.json(
        context,
        200,
        change(context, JobStatus.Event.REOPEN, null).map(JobRoutes::successAndStatus));
  }

  private static Map<String, Object> successAndStatus(JobView job) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("success", true);
    answer.put("status", job.status());
    return answer;
  }

  private Future<JobView> change(RoutingContext context, JobStatus.Event event, String message) {
    return ask(context, JobMessages.CHANGE, new Change(ref(context), event, message));
  }

  private void download(RoutingContext context) {
    String include = context.request().getParam("include");
    if (include != null && !include.equals("all")) {
      throw ApiException.validation(
          List.of(
              new FieldError(List.of("query", "include"), "include must be all", "value_error")));
    }
    ask(context, JobMessages.DOWNLOAD, new Download(ref(context), include != null))
        .onComplete(
            zip ->
                FileReply.send(
                    context,
                    zip.file().channel(),
                    zip.file().stat().size(),
                    zip.file().stat().fileVersion(),
                    "application/zip",
                    zip.projectName() + ".zip"),
            context::fail);
  }

  private <Q, R> Future<List<R>> everyShard(Address<Q, R> address, Q question) {
    List<Future<R>> asked = new ArrayList<>();
    for (int shard = 0; shard < settings.instances(); shard++) {
      asked.add(bus.ask(address, Integer.toString(shard), question));
    }
    return Future.all(asked).map(all -> asked.stream().map(Future::result).toList());
  }

  private <Q, R> Future<R> ask(RoutingContext context, Address<Q, R> address, Q question) {
    return bus.ask(address, shard(context.pathParam("id")), question);
  }

  private static Ref ref(RoutingContext context) {
    return new Ref(WorkspaceId.inPath(context.pathParam("id")), Caller.of(context).userId());
  }

  private String shard(String id) {
    return Bus.shardOf(id, settings.instances());
  }
}
