package ai.bharatbuild.projects;

import ai.bharatbuild.http.AllowedModes;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Permission;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.tasks.RetryRule;
import ai.bharatbuild.tasks.Task;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/**
 * Who may have work done for a project: a project is changed with {@code projects:write}, but what
 * is executed for it runs commands or spends tokens, so each kind asks for its own permission, too.
 * The same rules hold when a task is tried again.
 */
public final class ExecutionRules implements RetryRule {
  private final Projects projects;
  private final List<ExecutionKind> kinds;

  /**
   * @param kinds what can be asked for; the first is the default
   */
  public ExecutionRules(Projects projects, List<ExecutionKind> kinds) {
    this.projects = projects;
    this.kinds = List.copyOf(kinds);
  }

  List<ExecutionKind> kinds() {
    return kinds;
  }

  Optional<ExecutionKind> kind(String name) {
    return kinds.stream().filter(kind -> kind.kind().equals(name)).findFirst();
  }

  /** Throws 403 {@code forbidden} where the call may not execute the project with that kind. */
  void check(RoutingContext context, Project project, ExecutionKind kind) {
    AllowedModes.check(context, project.mode().text());
    Permission needed = kind.permission();
    if (!Caller.of(context).may(needed)) {
      throw new ApiException(
          403,
          "forbidden",
          "The kind %s needs the permission %s.".formatted(kind.kind(), needed.text()));
    }
  }

  @Override
  public Future<Void> check(RoutingContext context, Task task) {
    Optional<ExecutionKind> kind = kind(task.kind());
    if (kind.isEmpty() || task.projectId() == null) {
      return Future.succeededFuture();
    }
    return projects
        .get(task.projectId(), task.userId())
        .map(
            project -> {
              check(context, project, kind.get());
              return null;
            });
  }
}
