package ai.bharatbuild.agents.runs;

import ai.bharatbuild.http.Fields;
import ai.bharatbuild.projects.ExecutionKind;
import io.vertx.core.json.JsonObject;
import java.util.Set;

/** Generates a project, or changes it, by a run of agents; done by {@link GenerateWorker}. */
public final class GenerateKind implements ExecutionKind {
  static final String KIND = "generate";
  private static final int PROMPT = 50_000;
  private static final int TYPE = 48;

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

  /** One is made where there is none. */
  @Override
  public boolean needsJob() {
    return false;
  }

  @Override
  public JsonObject input(Fields fields) {
    JsonObject input = new JsonObject();
    String prompt = fields.text("prompt", 1, PROMPT);
    if (prompt != null && prompt.isBlank()) {
      fields.error("prompt", "must say what is to be made", "value_error");
    }
    String type = fields.text("project_type", 1, TYPE, null);
    if (type != null && !stacks.contains(type)) {
      fields.error(
          "project_type",
          "must be one of " + String.join(", ", stacks.stream().sorted().toList()),
          "value_error");
    }
    Fields options = fields.object("options");
    input.put("prompt", prompt).put("documents", options.flag("documents", false));
    return type == null ? input : input.put("project_type", type);
  }

  @Override
  public int maxAttempts() {
    return ATTEMPTS;
  }
}
