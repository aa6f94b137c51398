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
import ai.bharatbuild.jobs.WorkspaceAccess.HashedFile;
import ai.bharatbuild.json.Json;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.projects.Project;
import ai.bharatbuild.projects.ProjectParts;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Facts of a project from the job that was linked to it last: its files, and its plan where there
 * is one. A job that is gone has none.
 */
public final class WorkspaceFacts implements FactsSource {
  /** Files behind these are not looked at; nothing is verified with so many. */
  private static final int MOST_FILES = 5_000;

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

  private static final Found NOTHING = new Found(List.of(), null);

  /** What was read of a workspace. */
  private record Found(List<SourceFile> files, String plan, Verification verification) {
    Found(List<SourceFile> files, String plan) {
      this(files, plan, null);
    }

    Found with(Verification seen) {
      return new Found(files, plan, seen);
    }
  }

  @Override
  public Future<Facts> of(Project project, String owner, Map<String, String> knownIds, Instant at) {
    return parts
        .newestJob(project.id())
        .compose(job -> job == null ? Future.succeededFuture(NOTHING) : read(job, owner))
        .compose(found -> vertx.executeBlocking(() -> facts(project, found, knownIds, at), false));
  }

  private Future<Found> read(String job, String owner) {
    return workspaces
        .hashes(job, owner)
        .compose(files -> plan(job, owner, files).map(plan -> new Found(sources(files), plan)))
        .compose(found -> evidence.of(job, owner).map(found::with))
        .recover(e -> isNotThere(e) ? Future.succeededFuture(NOTHING) : Future.failedFuture(e));
  }

  private static List<SourceFile> sources(List<HashedFile> files) {
    return files.stream()
        .limit(MOST_FILES)
        .map(it -> new SourceFile(it.path(), it.bytes(), it.lines(), hash(it)))
        .toList();
  }

  private static String hash(HashedFile file) {
    return file.sha256() == null ? "size:" + file.bytes() : file.sha256();
  }

  /** Null where there is none that can be read. */
  private Future<String> plan(String job, String owner, List<HashedFile> files) {
    boolean there =
        files.stream().anyMatch(it -> it.path().equals(PlanJson.FILE) && it.sha256() != null);
    return there
        ? workspaces
            .read(job, owner, PlanJson.FILE)
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        : Future.succeededFuture();
  }

  private static Facts facts(
      Project project, Found found, Map<String, String> knownIds, Instant at) {
    Plan plan = null;
    String fault = null;
    if (found.plan() != null) {
      try {
        plan = PlanJson.read(found.plan(), stack(found.plan()));
      } catch (InvalidPlanException e) {
        fault = "plan.json cannot be read. " + e.getMessage();
      }
    }
    return Facts.of(
        new Given(of(project), plan, fault, found.files(), found.verification(), knownIds, at));
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
