package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.author.Tools.Result;
import ai.bharatbuild.agents.verify.Steady;
import ai.bharatbuild.agents.work.CommandResult;
import ai.bharatbuild.agents.work.RunScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The tools that run commands in the sandbox and read what they print. */
final class CommandTools {
  private static final int MOST_COMMANDS = 15;
  private static final int LONGEST_COMMAND = 4_000;
  private static final int SECONDS = 120;
  private static final int MOST_SECONDS = 300;
  private static final int MOST_CHARACTERS = 12_000;
  private static final int LONGEST_LINE = 1_000;

  private final RunScope scope;
  private final Secrets secrets;
  private final TestGuard guard;
  private final Map<String, List<String>> outputs = new LinkedHashMap<>();
  private boolean ran;

  CommandTools(RunScope scope, Secrets secrets, TestGuard guard) {
    this.scope = scope;
    this.secrets = secrets;
    this.guard = guard;
  }

  /** Whether any command was begun. */
  boolean ran() {
    return ran;
  }

  Result run(Arguments arguments) {
    String command = arguments.text("command").strip();
    if (command.isEmpty() || command.length() > LONGEST_COMMAND) {
      return Result.error("A command has 1 to " + LONGEST_COMMAND + " characters.");
    }
    if (outputs.size() >= MOST_COMMANDS) {
      return Result.error("Not run: this conversation may run no more commands.");
    }
    int seconds = Math.clamp(arguments.whole("timeout_seconds", SECONDS), 1, MOST_SECONDS);
    FileEvents.status(scope, "Running " + Masking.text(command));
    ran = true;
    Set<String> back = new TreeSet<>();
    CommandResult result =
        guard.during(() -> scope.workspace().run(command, Duration.ofSeconds(seconds)), back);
    Stop.check(scope);
    secrets.look();
    String id = "c" + (outputs.size() + 1);
    List<String> lines = lines(Steady.text(secrets.output(result.output())));
    outputs.put(id, lines);
    String end =
        result.exitCode() == null
            ? "It was ended: " + result.cause() + "."
            : "It ended with exit code " + result.exitCode() + ".";
    return new Result(
        "%s Its id is %s.\n%s%s"
            .formatted(
                end, id, ends(secrets.text(command), lines, result.cut()), TestGuard.told(back)),
        false);
  }

  Result read(Arguments arguments) {
    String id = arguments.text("id");
    List<String> lines = outputs.get(id);
    if (lines == null) {
      return Result.error("There is no command " + id + "; known are " + outputs.keySet() + ".");
    }
    String find = arguments.text("find", "");
    int from = Math.max(1, arguments.whole("from_line", 1));
    StringBuilder shown = new StringBuilder();
    int next = 0;
    for (int i = from - 1; i < lines.size() && next == 0; i++) {
      String line = "%d: %s\n".formatted(i + 1, lines.get(i));
      if (find.isEmpty() || lines.get(i).contains(find)) {
        if (shown.length() + line.length() > MOST_CHARACTERS) {
          next = i + 1;
        } else {
          shown.append(line);
        }
      }
    }
    String more = next == 0 ? "" : "\nIt goes on: read from line " + next + ".";
    return Result.ok(
        Fence.around("output of %s, %d lines".formatted(id, lines.size()), shown.toString())
            + more);
  }

  /** The first third and the end of an output; errors are mostly at its end. */
  private static String ends(String command, List<String> lines, boolean cut) {
    int head = 0;
    int size = 0;
    while (head < lines.size() && size + lines.get(head).length() < MOST_CHARACTERS / 3) {
      size += lines.get(head++).length() + 1;
    }
    int tail = lines.size();
    while (tail > head && size + lines.get(tail - 1).length() < MOST_CHARACTERS) {
      size += lines.get(--tail).length() + 1;
    }
    List<String> shown = new ArrayList<>(lines.subList(0, head));
    if (tail > head) {
      shown.add("… lines %d to %d are left out; read_output has them …".formatted(head + 1, tail));
    }
    shown.addAll(lines.subList(tail, lines.size()));
    String note = cut ? "\nThe output was too long to be kept whole." : "";
    return Fence.around("output of " + command, String.join("\n", shown)) + note;
  }

  private static List<String> lines(String output) {
    List<String> lines = new ArrayList<>();
    for (String line : output.split("\r?\n", -1)) {
      lines.add(line.substring(0, Math.min(line.length(), LONGEST_LINE)));
    }
    if (!lines.isEmpty() && lines.getLast().isEmpty()) {
      lines.removeLast();
    }
    return lines;
  }
}
