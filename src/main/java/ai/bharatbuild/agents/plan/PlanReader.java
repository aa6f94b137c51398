package ai.bharatbuild.agents.plan;

import ai.bharatbuild.agents.plan.Plan.Commands;
import ai.bharatbuild.agents.plan.Plan.PlannedFile;
import ai.bharatbuild.agents.plan.Plan.Probe;
import ai.bharatbuild.agents.plan.Plan.Task;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads a plan and finds all that is wrong with it: its form here, its sense in {@link PlanRules}.
 */
final class PlanReader {
  private static final int LONG = 4000;
  private static final int SHORT = 200;
  private static final int COMMAND = 2000;
  private static final Set<String> MEMBERS =
      Set.of("format", "name", "summary", "stack", "tasks", "files", "commands", "probe");
  private static final Set<String> TASK = Set.of("id", "title", "depends_on");
  private static final Set<String> FILE =
      Set.of("path", "purpose", "task", "depends_on", "exports");
  private static final Set<String> COMMANDS = Set.of("install", "build", "test", "run");
  private static final Set<String> PROBE = Set.of("port", "path", "status");

  private final Faults faults = new Faults();

  private PlanReader() {}

  static Plan read(JsonNode node, Set<String> stacks) {
    return new PlanReader().plan(node, stacks);
  }

  private Plan plan(JsonNode root, Set<String> stacks) {
    if (!root.isObject()) {
      faults.add("", "it must be an object");
      throw faults.exception();
    }
    known(root, "", MEMBERS);
    if (root.has("format") && root.path("format").asInt(-1) != PlanJson.FORMAT) {
      faults.add("/format", "only format " + PlanJson.FORMAT + " is known");
    }
    List<Task> tasks = new ArrayList<>();
    for (JsonNode task : array(root, "", "tasks")) {
      tasks.add(task(task, "/tasks/" + tasks.size()));
    }
    List<PlannedFile> files = new ArrayList<>();
    for (JsonNode file : array(root, "", "files")) {
      files.add(file(file, "/files/" + files.size()));
    }
    Plan plan =
        new Plan(
            text(root, "", "name", SHORT, true),
            text(root, "", "summary", LONG, true),
            text(root, "", "stack", SHORT, true),
            tasks,
            files,
            commands(root.path("commands")),
            probe(root.path("probe")));
    // What has the wrong form makes no sense either, and is told once.
    if (faults.none()) {
      PlanRules.check(plan, stacks, faults);
    }
    if (!faults.none()) {
      throw faults.exception();
    }
    return plan;
  }

  private Task task(JsonNode node, String at) {
    known(node, at, TASK);
    return new Task(
        text(node, at, "id", SHORT, true),
        text(node, at, "title", SHORT, true),
        names(node, at, "depends_on"));
  }

  private PlannedFile file(JsonNode node, String at) {
    known(node, at, FILE);
    return new PlannedFile(
        text(node, at, "path", LONG, true),
        text(node, at, "purpose", LONG, true),
        text(node, at, "task", SHORT, false),
        names(node, at, "depends_on"),
        names(node, at, "exports"));
  }

  private Commands commands(JsonNode node) {
    known(node, "/commands", COMMANDS);
    return new Commands(
        command(node, "install", false),
        command(node, "build", false),
        command(node, "test", true),
        command(node, "run", false));
  }

  private String command(JsonNode node, String name, boolean required) {
    String command = text(node, "/commands", name, COMMAND, required);
    if (command != null && command.chars().anyMatch(Character::isISOControl)) {
      faults.add("/commands/" + name, "it must be one line without control characters");
    }
    return command;
  }

  private Probe probe(JsonNode node) {
    if (node.isMissingNode() || node.isNull()) {
      return null;
    }
    known(node, "/probe", PROBE);
    String path = text(node, "/probe", "path", COMMAND, true);
    return new Probe(
        whole(node, "port", 1024, 65_535, -1), path, whole(node, "status", 100, 599, 200));
  }

  private int whole(JsonNode node, String name, int least, int most, int fallback) {
    JsonNode number = node.path(name);
    if (number.isMissingNode() && fallback >= 0) {
      return fallback;
    }
    if (!number.isInt() || number.intValue() < least || number.intValue() > most) {
      faults.add("/probe/" + name, "it must be a whole number from " + least + " to " + most);
    }
    return number.asInt();
  }

  private void known(JsonNode node, String at, Set<String> names) {
    if (!node.isObject()) {
      faults.add(at, "it must be an object");
      return;
    }
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!names.contains(name)) {
                faults.add(
                    at + "/" + name,
                    "there is no such member; known are " + names.stream().sorted().toList());
              }
            });
  }

  private JsonNode array(JsonNode node, String at, String name) {
    JsonNode array = node.path(name);
    if (!array.isArray() && !(array.isMissingNode() && !at.isEmpty())) {
      faults.add(at + "/" + name, "it must be a list");
    }
    return array;
  }

  private List<String> names(JsonNode node, String at, String name) {
    List<String> names = new ArrayList<>();
    for (JsonNode one : array(node, at, name)) {
      if (!one.isTextual() || one.asText().isBlank() || one.asText().length() > LONG) {
        faults.add(at + "/" + name + "/" + names.size(), "it must be a text");
      }
      names.add(one.asText());
    }
    return names;
  }

  private String text(JsonNode node, String at, String name, int longest, boolean required) {
    JsonNode text = node.path(name);
    boolean absent = text.isMissingNode() || text.isNull();
    if (absent && !required) {
      return null;
    }
    if (!text.isTextual() || text.asText().isBlank()) {
      faults.add(at + "/" + name, absent ? "it is missing" : "it must be a text, not empty");
    } else if (text.asText().length() > longest) {
      faults.add(at + "/" + name, "it is over " + longest + " characters long");
    }
    return text.asText();
  }
}
