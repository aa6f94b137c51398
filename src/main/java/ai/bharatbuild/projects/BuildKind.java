package ai.bharatbuild.projects;

import ai.bharatbuild.http.Fields;
import ai.bharatbuild.http.Permission;
import io.vertx.core.json.JsonObject;

/** Installs and builds a job of the project in its sandbox; done by {@link BuildWorker}. */
public final class BuildKind implements ExecutionKind {
  static final String KIND = "build";
  private static final int MAX_COMMAND = 10_000;
  private static final int MAX_TIMEOUT = 3_600;
  private static final int DEFAULT_TIMEOUT = 900;
  private static final int ATTEMPTS = 3;

  @Override
  public String kind() {
    return KIND;
  }

  /** Its commands are whatever the caller says. */
  @Override
  public Permission permission() {
    return Permission.SANDBOXES_RUN;
  }

  @Override
  public boolean needsJob() {
    return true;
  }

  @Override
  public JsonObject input(Fields fields) {
    JsonObject input = new JsonObject();
    String type = fields.text("project_type", 1, 50, null);
    if (type != null && !BuildPlan.TYPES.contains(type)) {
      fields.error(
          "project_type", "must be one of " + String.join(", ", BuildPlan.TYPES), "value_error");
    }
    put(input, "project_type", type);
    put(input, "install_command", command(fields, "install_command"));
    put(input, "build_command", command(fields, "build_command"));
    return input.put("timeout", fields.whole("timeout", 1, MAX_TIMEOUT, DEFAULT_TIMEOUT));
  }

  private static String command(Fields fields, String name) {
    String command = fields.text(name, 0, MAX_COMMAND, null);
    if (command != null && ProjectFields.hasNul(command)) {
      fields.error(name, "must not contain NUL", "value_error");
    }
    return command;
  }

  private static void put(JsonObject input, String name, String value) {
    if (value != null) {
      input.put(name, value);
    }
  }

  @Override
  public int maxAttempts() {
    return ATTEMPTS;
  }
}
