package ai.bharatbuild;

import ai.bharatbuild.agents.plan.InvalidPlanException;
import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.plan.PlanJson;
import ai.bharatbuild.agents.runs.RunPlans;
import ai.bharatbuild.agents.runs.RunWorkspaces;
import ai.bharatbuild.agents.work.StopSignal;
import ai.bharatbuild.agents.work.Workspace;
import ai.bharatbuild.jobs.JobStatus;
import ai.bharatbuild.jobs.WorkspaceAccess;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.projects.ProjectParts;
import ai.bharatbuild.sandbox.SandboxCommands;
import ai.bharatbuild.versions.Versions;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Jobs, sandboxes and versions as runs see them; a part of {@link Server}. */
final class RunJobs implements RunWorkspaces, RunPlans {
  private static final Logger LOG = LoggerFactory.getLogger(RunJobs.class);

  private final WorkspaceAccess access;
  private final SandboxCommands sandboxes;
  private final Probes probes;
  private final Set<String> excluded;
  private final Versions versions;
  private final ProjectParts parts;
  private final Set<String> stacks;

  RunJobs(
      WorkspaceAccess access,
      SandboxCommands sandboxes,
      Probes probes,
      Set<String> excluded,
      Versions versions,
      ProjectParts parts,
      Set<String> stacks) {
    this.parts = parts;
    this.access = access;
    this.sandboxes = sandboxes;
    this.probes = probes;
    this.excluded = Set.copyOf(excluded);
    this.versions = versions;
    this.stacks = Set.copyOf(stacks);
  }

  @Override
  public Future<String> create(String owner, String name) {
    return access.createJob(owner, name);
  }

  @Override
  public Future<Void> discard(String job, String owner) {
    return access.deleteJob(job, owner);
  }

  @Override
  public Future<UUID> project(String job, UUID account) {
    return parts
        .projectOf(job, account)
        .recover(
            e -> {
              LOG.debug("the project of job {} is not known now", job, e);
              return Future.succeededFuture();
            });
  }

  @Override
  public Future<Boolean> isComplete(String job, String owner) {
    return access
        .job(job, owner)
        .map(
            found -> {
              if (found.status() == JobStatus.EXPIRED) {
                throw JobStatus.expired();
              }
              return found.status() == JobStatus.COMPLETE;
            });
  }

  @Override
  public Future<Void> admits(String job, String owner) {
    return access.admits(job, owner).compose(v -> sandboxes.admits(job, owner));
  }

  @Override
  public Future<Void> open(String job, String owner) {
    return access.reopen(job, owner);
  }

  @Override
  public Future<Boolean> exists(String job) {
    return access.find(job).map(found -> found != null);
  }

  @Override
  public Future<Integer> complete(String job, String owner) {
    return access
        .complete(job, owner)
        .compose(v -> access.job(job, owner))
        .map(found -> found.filesCount());
  }

  @Override
  public Future<Void> fail(String job, String owner, String reason) {
    return access.fail(job, owner, reason);
  }

  @Override
  public Workspace workspace(String job, String owner, StopSignal stop, Commands commands) {
    return new RunWorkspace(access, sandboxes, probes, excluded, job, owner, stop, commands);
  }

  @Override
  public Future<Void> cancel(String job, String owner, String execId) {
    return sandboxes.cancel(job, owner, execId);
  }

  @Override
  public Future<Integer> keep(String job, String owner, String label) {
    return versions.keepFiles(job, owner, label);
  }

  @Override
  public Future<List<String>> restore(
      String job, String owner, int version, int instead, Set<String> edited) {
    return versions.bringBack(job, owner, version, instead, edited);
  }

  @Override
  public Set<String> stacks() {
    return stacks;
  }

  @Override
  public Future<Plan> read(String job, String owner) {
    return access
        .read(job, owner, PlanJson.FILE)
        .map(
            bytes -> {
              try {
                return PlanJson.read(new String(bytes, StandardCharsets.UTF_8), stacks);
              } catch (InvalidPlanException e) {
                throw ApiException.invalidField(
                    PlanJson.FILE, "is no valid plan: " + e.getMessage(), "value_error");
              }
            });
  }

  @Override
  public Future<Void> write(String job, String owner, Plan plan) {
    return access.write(job, owner, PlanJson.FILE, Buffer.buffer(PlanJson.write(plan)));
  }
}
