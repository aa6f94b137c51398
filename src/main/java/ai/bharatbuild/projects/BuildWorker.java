package ai.bharatbuild.projects;

import ai.bharatbuild.problem.Problem;
import ai.bharatbuild.tasks.TaskOutcome;
import ai.bharatbuild.tasks.TaskRun;
import ai.bharatbuild.tasks.TaskWorker;
import io.vertx.core.Future;

/**
 * Does the tasks of {@link BuildKind}. Each command runs as an ordinary exec of the workspace's
 * sandbox, which survives this server; its id is noted before it is waited for, so that another
 * attempt follows the command instead of beginning it again.
 */
public final class BuildWorker implements TaskWorker {
  private static final int GONE = 410;
  private static final int NOT_FOUND = 404;

  private final ProjectWorkspaces workspaces;
  private final BuildSandboxes sandboxes;
  private final int concurrency;

  public BuildWorker(ProjectWorkspaces workspaces, BuildSandboxes sandboxes, int concurrency) {
    this.workspaces = workspaces;
    this.sandboxes = sandboxes;
    this.concurrency = concurrency;
  }

  @Override
  public String kind() {
    return BuildKind.KIND;
  }

  @Override
  public int concurrency() {
    return concurrency;
  }

  @Override
  public Future<TaskOutcome> run(TaskRun run) {
    return workspaces
        .names(run.task().input().getString("job_id"), run.task().owner())
        .compose(names -> new Build(run, sandboxes).run(names))
        .recover(e -> TaskOutcome.judge(e, BuildWorker::words));
  }

  private static String words(Problem problem) {
    return problem.status() == NOT_FOUND || problem.status() == GONE
        ? "The job's workspace is gone; link another job."
        : problem.detail();
  }
}
