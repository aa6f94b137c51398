package ai.bharatbuild.contract;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The operations of a contract, found by what a request asked for. */
final class Operations {
  private static final Pattern PARAMETER = Pattern.compile("\\{[a-z_]+}");

  /** One path of the contract; those with fewer parameters come first. */
  private record Template(String path, Pattern pattern, JsonObject methods) {
    long parameters() {
      return path.chars().filter(c -> c == '{').count();
    }
  }

  private final List<Template> templates;

  Operations(JsonObject paths) {
    List<Template> found = new ArrayList<>();
    for (Map.Entry<String, Object> path : paths) {
      found.add(new Template(path.getKey(), pattern(path.getKey()), (JsonObject) path.getValue()));
    }
    found.sort(Comparator.comparingLong(Template::parameters));
    templates = List.copyOf(found);
  }

  /** {@code {path}} stands for the rest of a path, any other parameter for one segment. */
  private static Pattern pattern(String template) {
    StringBuilder regex = new StringBuilder();
    Matcher parameter = PARAMETER.matcher(template);
    int end = 0;
    while (parameter.find()) {
      regex.append(Pattern.quote(template.substring(end, parameter.start())));
      regex.append(parameter.group().equals("{path}") ? ".*" : "[^/]+");
      end = parameter.end();
    }
    return Pattern.compile(regex.append(Pattern.quote(template.substring(end))).toString());
  }

  /** The operation that a request means, if the contract has it. */
  Optional<JsonObject> find(String method, String rawPath) {
    return templates.stream()
        .filter(template -> template.pattern.matcher(rawPath).matches())
        .map(template -> template.methods.getJsonObject(method.toLowerCase()))
        .filter(operation -> operation != null)
        .findFirst();
  }
}
