package ai.bharatbuild.sandbox;

import ai.bharatbuild.http.Fields;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A command line as a caller asks for it, checked.
 *
 * @param timeout seconds; 0 means as long as the sandbox lives
 * @param maxOutput bytes, or 0 for no limit
 * @param workingDir absolute, inside {@code /workspace}
 */
record ExecRequest(
    String command,
    long timeout,
    boolean detach,
    boolean stdin,
    boolean killChildren,
    long maxOutput,
    Map<String, String> env,
    String workingDir) {

  static final int MAX_COMMAND = 10_000;
  private static final long DEFAULT_TIMEOUT = 300;
  private static final long MAX_TIMEOUT = 3600;
  private static final int MAX_VARIABLES = 256;
  private static final int MAX_ENVIRONMENT = 128 << 10;
  private static final Path ROOT = Path.of("/workspace");

  /** A command with the defaults, as in a batch. */
  static ExecRequest of(String command) {
    return new ExecRequest(
        command, DEFAULT_TIMEOUT, false, false, false, 0, Map.of(), ROOT.toString());
  }

  /** A command that runs as long as the sandbox. */
  static ExecRequest forEver(String command) {
    return new ExecRequest(command, 0, true, false, false, 0, Map.of(), ROOT.toString());
  }

  static ExecRequest read(JsonNode body) {
    Fields fields = Fields.of(body);
    String command = fields.text("command", 1, MAX_COMMAND);
    boolean detach = fields.flag("detach", false);
    long timeout = fields.whole("timeout", detach ? 0 : 1, MAX_TIMEOUT, DEFAULT_TIMEOUT);
    if (command != null && command.indexOf('\0') >= 0) {
      fields.error("command", "must not contain NUL", "value_error");
    }
    Map<String, String> env = fields.texts("env");
    checkEnvironment(fields, env);
    ExecRequest request =
        new ExecRequest(
            command,
            timeout,
            detach,
            fields.flag("stdin", false),
            fields.flag("kill_children", false),
            fields.whole("max_output", 1, Long.MAX_VALUE, 0),
            env,
            workingDir(fields));
    fields.check();
    return request;
  }

  static List<ExecRequest> readBatch(JsonNode body) {
    Fields fields = Fields.of(body);
    JsonNode commands = fields.raw("commands");
    List<ExecRequest> requests = new ArrayList<>();
    if (commands == null) {
      fields.error("commands", "is required", "missing");
    } else if (!commands.isArray() || commands.isEmpty() || commands.size() > 100) {
      fields.error("commands", "must be an array of 1 to 100 commands", "value_error");
    } else {
      for (JsonNode command : commands) {
        String text = command.textValue();
        if (text == null || text.isEmpty() || text.length() > MAX_COMMAND || text.contains("\0")) {
          fields.error("commands", "must hold commands of 1 to 10000 characters", "value_error");
          break;
        }
        requests.add(of(text));
      }
    }
    fields.check();
    return requests;
  }

  private static void checkEnvironment(Fields fields, Map<String, String> env) {
    int size = 0;
    for (Map.Entry<String, String> variable : env.entrySet()) {
      if (!variable.getKey().matches("[A-Za-z_][A-Za-z0-9_]*")) {
        fields.error("env", "must have names of letters, digits and _", "value_error");
      }
      if (variable.getValue().indexOf('\0') >= 0) {
        fields.error("env", "must not contain NUL", "value_error");
      }
      size += variable.getKey().length() + 4 * variable.getValue().length();
    }
    if (env.size() > MAX_VARIABLES || size > MAX_ENVIRONMENT) {
      fields.error("env", "must have at most 256 variables and 128 KB", "length");
    }
  }

  private static String workingDir(Fields fields) {
    String given = fields.text("working_dir", 0, 1000, ROOT.toString());
    if (given == null || given.indexOf('\0') >= 0) {
      fields.error("working_dir", "must be a path inside /workspace", "value_error");
      return ROOT.toString();
    }
    Path resolved = ROOT.resolve(given).normalize();
    if (!resolved.startsWith(ROOT)) {
      fields.error("working_dir", "must be inside /workspace", "value_error");
    }
    return resolved.toString();
  }
}
