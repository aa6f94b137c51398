package ai.bharatbuild.agents.verify;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** JavaScript whose modules are of the other kind than {@code package.json} says. */
final class ModuleRules {
  private static final Pattern IMPORTS =
      Pattern.compile("(?m)^\\s*(?:import\\s[^(]*?['\"]|import\\s*\\{|export\\s)");
  private static final Pattern REQUIRES =
      Pattern.compile("\\brequire\\(|\\bmodule\\.exports\\b|(?m)^\\s*exports\\.");

  private ModuleRules() {}

  /** All files import, none requires: they are modules. */
  static Optional<Rule.Proposal> imports(Diagnosis wrong, Rule.Files files) {
    if (!wrong.excerpt().contains("Cannot use import statement outside a module")
        && !wrong.excerpt().contains("SyntaxError: Unexpected token 'export'")) {
      return Optional.empty();
    }
    return at(wrong, files)
        .filter(json -> json.type().isEmpty())
        .filter(json -> only(json, files, IMPORTS, REQUIRES))
        .flatMap(
            json ->
                typed(
                    json, "module", "Set \"type\": \"module\": its files use import and export."));
  }

  /** All files require, none imports: they are none. */
  static Optional<Rule.Proposal> requires(Diagnosis wrong, Rule.Files files) {
    if (!wrong.excerpt().contains("require is not defined in ES module scope")
        && !wrong.excerpt().contains("module is not defined in ES module scope")) {
      return Optional.empty();
    }
    return at(wrong, files)
        .filter(json -> json.type().equals("module"))
        .filter(json -> only(json, files, REQUIRES, IMPORTS))
        .flatMap(json -> typed(json, null, "Removed \"type\": \"module\": its files use require."));
  }

  private static Optional<PackageJson> at(Diagnosis wrong, Rule.Files files) {
    return wrong.places().stream()
        .map(Diagnosis.Place::path)
        .filter(path -> path.endsWith(".js"))
        .findFirst()
        .flatMap(path -> PackageJson.of(path, files));
  }

  private static Optional<Rule.Proposal> typed(PackageJson json, String type, String reason) {
    json.type(type);
    return Rule.Proposal.of(json.path(), json.text(), reason);
  }

  /** Whether the package's scripts show the one kind and none of them the other. */
  private static boolean only(PackageJson json, Rule.Files files, Pattern shown, Pattern absent) {
    List<String> scripts =
        files.paths().stream()
            .filter(path -> path.startsWith(json.directory()) && path.endsWith(".js"))
            .filter(
                path ->
                    PackageJson.of(path, files)
                        .map(PackageJson::path)
                        .equals(Optional.of(json.path())))
            .map(path -> files.text(path).orElse(""))
            .toList();
    return scripts.stream().anyMatch(text -> shown.matcher(text).find())
        && scripts.stream().noneMatch(text -> absent.matcher(text).find());
  }
}
