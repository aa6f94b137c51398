package ai.bharatbuild.agents.plan;

import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

/** The form of {@code plan.json}: equal plans have equal bytes, one member a line. */
public final class PlanJson {
  /** Name of the file. */
  public static final String FILE = "plan.json";

  static final int FORMAT = 1;

  /** Largest plan that is read, in characters. */
  private static final int LONGEST = 1 << 20;

  private PlanJson() {}

  /**
   * Reads a plan, a model's or a person's. Throws {@link InvalidPlanException} with all that is
   * wrong.
   *
   * @param stacks what a project can be made with here
   */
  public static Plan read(String json, Set<String> stacks) {
    if (json.length() > LONGEST) {
      throw new InvalidPlanException(
          List.of(
              new InvalidPlanException.Fault("", "it is over " + LONGEST + " characters long")));
    }
    JsonNode node;
    try {
      node = Json.MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new InvalidPlanException(
          List.of(
              new InvalidPlanException.Fault(
                  "",
                  "it is not JSON: %s at line %d, column %d"
                      .formatted(
                          e.getOriginalMessage(),
                          e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                          e.getLocation() == null ? 0 : e.getLocation().getColumnNr()))));
    }
    return PlanReader.read(node, stacks);
  }

  /** Writes a plan; ends with a line feed. */
  public static String write(Plan plan) {
    ObjectNode root = Json.MAPPER.createObjectNode().put("format", FORMAT);
    root.setAll((ObjectNode) Json.MAPPER.valueToTree(plan));
    DefaultIndenter indent = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(indent).withArrayIndenter(indent);
    try {
      return Json.MAPPER.writer(printer).writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
