package ai.bharatbuild.agents.documents;

import ai.bharatbuild.agents.documents.facts.Facts;
import ai.bharatbuild.agents.documents.facts.Given;
import ai.bharatbuild.agents.documents.facts.ProjectFacts;
import ai.bharatbuild.agents.documents.facts.SourceFile;
import ai.bharatbuild.agents.documents.facts.Verification;
import ai.bharatbuild.agents.plan.InvalidPlanException;
import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.plan.PlanJson;
import ai.bharatbuild.jobs.WorkspaceAccess;
import ai.bharatbuild.jobs.WorkspaceAccess.ProjectFile;
import ai.bharatbuild.json.Json;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.projects.Project;
import ai.bharatbuild.projects.ProjectParts;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Facts of a project from the job that was linked to it last: its files, and its plan where there
 * is one. A job that is gone has none. Files are read one after another and hashed on workers.
 */
public final class WorkspaceFacts implements FactsSource {
  /** Files behind these are not looked at; nothing is verified with so many. */
  private static final int MOST_FILES = 5_000;

  private static final int TOO_LARGE = 413;
  private static final Set<Integer> NOT_THERE = Set.of(404, 410);

  private final Vertx vertx;
  private final WorkspaceAccess workspaces;
  private final ProjectParts parts;
  private final EvidenceSource evidence;

  public WorkspaceFacts(
      Vertx vertx, WorkspaceAccess workspaces, ProjectParts parts, EvidenceSource evidence) {
    this.vertx = vertx;
    this.workspaces = workspaces;
    this.parts = parts;
    this.evidence = evidence;
  }

  /** What was read of a workspace. */
  private static final class Found {
    private final List<SourceFile> files = new ArrayList<>();
    private String plan;
    private Verification verification;
  }

  @Override
  public Future<Facts> of(Project project, String owner, Map<String, String> knownIds, Instant at) {
    return parts
        .newestJob(project.id())
        .compose(job -> job == null ? Future.succeededFuture(new Found()) : read(job, owner))
        .compose(found -> vertx.executeBlocking(() -> facts(project, found, knownIds, at), false));
  }

  private Future<Found> read(String job, String owner) {
    Found found = new Found();
    return workspaces
        .projectFiles(job, owner)
        .compose(files -> readAll(job, owner, files, found))
        .compose(v -> evidence.of(job, owner))
        .map(
            seen -> {
              found.verification = seen;
              return found;
            })
        .recover(e -> isNotThere(e) ? Future.succeededFuture(new Found()) : Future.failedFuture(e));
  }

  private Future<Void> readAll(String job, String owner, List<ProjectFile> files, Found found) {
    Future<Void> done = Future.succeededFuture();
    for (ProjectFile file : files.subList(0, Math.min(MOST_FILES, files.size()))) {
      done = done.compose(v -> readOne(job, owner, file, found));
    }
    return done;
  }

  private Future<Void> readOne(String job, String owner, ProjectFile file, Found found) {
    return workspaces
        .read(job, owner, file.path())
        .compose(bytes -> vertx.executeBlocking(() -> source(file, bytes, found), false))
        .recover(
            e ->
                status(e) == TOO_LARGE
                    ? Future.succeededFuture(
                        new SourceFile(file.path(), file.bytes(), 0, "size:" + file.bytes()))
                    : isNotThere(e) ? Future.succeededFuture() : Future.failedFuture(e))
        .map(
            source -> {
              if (source != null) {
                found.files.add(source);
              }
              return null;
            });
  }

  private static SourceFile source(ProjectFile file, byte[] bytes, Found found)
      throws NoSuchAlgorithmException {
    if (file.path().equals(PlanJson.FILE)) {
      found.plan = new String(bytes, StandardCharsets.UTF_8);
    }
    int lines = bytes.length == 0 || bytes[bytes.length - 1] == '\n' ? 0 : 1;
    boolean text = true;
    for (byte b : bytes) {
      lines += b == '\n' ? 1 : 0;
      text &= b != 0;
    }
    String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    return new SourceFile(file.path(), bytes.length, text ? lines : 0, hash);
  }

  private static Facts facts(
      Project project, Found found, Map<String, String> knownIds, Instant at) {
    Plan plan = null;
    String fault = null;
    if (found.plan != null) {
      try {
        plan = PlanJson.read(found.plan, stack(found.plan));
      } catch (InvalidPlanException e) {
        fault = "plan.json cannot be read. " + e.getMessage();
      }
    }
    return Facts.of(
        new Given(of(project), plan, fault, found.files, found.verification, knownIds, at));
  }

  /** Documents tell of any stack, also of one that cannot be run here. */
  private static Set<String> stack(String plan) {
    try {
      return Set.of(Json.MAPPER.readTree(plan).path("stack").asText());
    } catch (JsonProcessingException e) {
      return Set.of();
    }
  }

  private static ProjectFacts of(Project project) {
    return new ProjectFacts(
        project.title(),
        project.description(),
        project.domain(),
        project.framework(),
        project.deploymentTarget(),
        project.industry(),
        project.targetMarket(),
        project.techStack());
  }

  private static boolean isNotThere(Throwable e) {
    return NOT_THERE.contains(status(e));
  }

  private static int status(Throwable e) {
    return e instanceof ApiException problem ? problem.problem().status() : 0;
  }
}
