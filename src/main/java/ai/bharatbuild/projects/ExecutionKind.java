package ai.bharatbuild.projects;

import ai.bharatbuild.http.Fields;
import ai.bharatbuild.http.Permission;
import io.vertx.core.json.JsonObject;

/** A kind of task that a project can be executed with. */
public interface ExecutionKind {
  /** The same as that of its {@link ai.bharatbuild.tasks.TaskWorker}. */
  String kind();

  /** What a caller must be allowed besides changing the project. */
  Permission permission();

  /** Whether it works on a job of the project, which is then in its input as {@code job_id}. */
  boolean needsJob();

  /** Takes what it needs of the request; what is wrong is noted in the fields. */
  JsonObject input(Fields fields);

  /** How often it may be begun before it is given up. */
  int maxAttempts();
}
