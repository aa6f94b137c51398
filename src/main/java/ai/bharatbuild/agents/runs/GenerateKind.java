package ai.bharatbuild.agents.runs;

import ai.bharatbuild.http.Fields;
import ai.bharatbuild.http.Permission;
import ai.bharatbuild.projects.ExecutionKind;
import io.vertx.core.json.JsonObject;
import java.util.Set;

/** Generates a project, or changes it, by a run of agents; done by {@link GenerateWorker}. */
public final class GenerateKind implements ExecutionKind {
  static final String KIND = "generate";

  /** Each attempt after a lost server goes on with the same run. */
  private static final int ATTEMPTS = 5;

  private final Set<String> stacks;

  public GenerateKind(Set<String> stacks) {
    this.stacks = Set.copyOf(stacks);
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Permission permission() {
    return Permission.AGENTS_RUN;
  }

  /** One is made where there is none. */
  @Override
  public boolean needsJob() {
    return false;
  }

  @Override
  public JsonObject input(Fields fields) {
    JsonObject input = new JsonObject();
    String prompt = RunFields.prompt(fields);
    String type = RunFields.projectType(fields, stacks);
    Fields options = fields.object("options");
    input.put("prompt", prompt).put("documents", options.flag("documents", false));
    return type == null ? input : input.put("project_type", type);
  }

  @Override
  public int maxAttempts() {
    return ATTEMPTS;
  }
}
