package ai.bharatbuild.agents.verify;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code package.json} lacks, or has too much. */
final class NpmRules {
  private static final Pattern MISSING =
      Pattern.compile(
          "Cannot find (?:package|module) ['\"]([^'\"]+)['\"]"
              + "|[Ff]ailed to resolve import \"([^\"]+)\""
              + "|(?:^|\\n)(?:/bin/)?sh: (?:\\d+: )?([\\w-]+): (?:command )?not found");

  private static final Pattern TYPES =
      Pattern.compile("Could not find a declaration file for module '([^']+)'");

  private static final Pattern NODE_TYPES =
      Pattern.compile(
          "npm i --save-dev @types/node|Cannot find type definition file for 'node'"
              + "|Cannot find module 'node:[a-z_/]+' or its corresponding");

  private static final Pattern REFUSED =
      Pattern.compile("(?:requested resource '|No matching version found for )(@?[\\w./-]+)@");

  private static final Pattern SCRIPT = Pattern.compile("Missing script: \"([\\w:-]+)\"");

  private NpmRules() {}

  private static Optional<PackageJson> manifest(Diagnosis wrong, Rule.Files files) {
    String at = wrong.places().isEmpty() ? "package.json" : wrong.places().getFirst().path();
    return PackageJson.of(at, files);
  }

  /** An import of a well-known package that nobody named. */
  static Optional<Rule.Proposal> missingPackage(Diagnosis wrong, Rule.Files files) {
    if (wrong.kind() != FailureKind.DEPENDENCY) {
      return Optional.empty();
    }
    Matcher missing = MISSING.matcher(wrong.excerpt());
    while (missing.find()) {
      String name = packageOf(firstOf(missing));
      boolean dev = KnownPackages.NPM_DEV.contains(name);
      boolean own = files.paths().stream().anyMatch(path -> path.startsWith(name + "/"));
      if (own || !dev && !KnownPackages.NPM.contains(name)) {
        continue;
      }
      Optional<PackageJson> manifest = manifest(wrong, files).filter(json -> !json.dependsOn(name));
      if (manifest.isPresent()) {
        return add(manifest.get(), dev ? "devDependencies" : "dependencies", name, "is used");
      }
    }
    return Optional.empty();
  }

  private static Optional<Rule.Proposal> add(
      PackageJson json, String kind, String name, String why) {
    json.depend(kind, name, "latest");
    return Rule.Proposal.of(
        json.path(),
        json.text(),
        "Added "
            + name
            + " to the "
            + kind
            + " of "
            + json.path()
            + ": it "
            + why
            + ", but was not named.");
  }

  /** TypeScript asks for the types of a package. */
  static Optional<Rule.Proposal> missingTypes(Diagnosis wrong, Rule.Files files) {
    String name = null;
    Matcher types = TYPES.matcher(wrong.excerpt());
    if (types.find()) {
      name = packageOf(types.group(1));
    } else if (NODE_TYPES.matcher(wrong.excerpt()).find()) {
      name = "node";
    }
    if (name == null || !KnownPackages.NPM_TYPES.contains(name)) {
      return Optional.empty();
    }
    String wanted = "@types/" + name;
    return manifest(wrong, files)
        .filter(json -> !json.dependsOn(wanted))
        .flatMap(json -> add(json, "devDependencies", wanted, "is needed to compile"));
  }

  /** A part of Node itself that is named as a package. */
  static Optional<Rule.Proposal> builtin(Diagnosis wrong, Rule.Files files) {
    Matcher refused = REFUSED.matcher(wrong.excerpt());
    if (!wrong.step().equals("install") || !refused.find()) {
      return Optional.empty();
    }
    String name = refused.group(1);
    if (!KnownPackages.NODE_BUILTINS.contains(name)) {
      return Optional.empty();
    }
    for (String path : files.paths()) {
      if (Sources.name(path).equals("package.json")) {
        Optional<PackageJson> json = PackageJson.of(path, files).filter(j -> j.dependsOn(name));
        if (json.isPresent()) {
          json.get().removeDependency(name);
          return Rule.Proposal.of(
              path,
              json.get().text(),
              "Removed " + name + " from " + path + ": it is a part of Node and no package.");
        }
      }
    }
    return Optional.empty();
  }

  /** A script that the plan's command names, where the project's tools leave no doubt. */
  static Optional<Rule.Proposal> missingScript(Diagnosis wrong, Rule.Files files) {
    Matcher script = SCRIPT.matcher(wrong.excerpt());
    if (!script.find()) {
      return Optional.empty();
    }
    String name = script.group(1);
    Optional<PackageJson> manifest =
        PackageJson.of("package.json", files).filter(json -> !json.hasScript(name));
    Optional<String> line = manifest.flatMap(json -> line(name, json, files));
    if (line.isEmpty()) {
      return Optional.empty();
    }
    manifest.get().script(name, line.get());
    return Rule.Proposal.of(
        manifest.get().path(),
        manifest.get().text(),
        "Added the script " + name + " (" + line.get() + "), which the plan's command names.");
  }

  private static Optional<String> line(String script, PackageJson json, Rule.Files files) {
    return Optional.ofNullable(
        switch (script) {
          case "build" ->
              json.dependsOn("next") ? "next build" : json.dependsOn("vite") ? "vite build" : null;
          case "preview" -> json.dependsOn("vite") ? "vite preview" : null;
          case "dev" -> json.dependsOn("vite") ? "vite" : null;
          case "test" -> tests(json);
          case "start" -> start(json, files);
          default -> null;
        });
  }

  private static String tests(PackageJson json) {
    return json.dependsOn("vitest")
        ? "vitest run"
        : json.dependsOn("jest") ? "jest" : json.dependsOn("mocha") ? "mocha" : null;
  }

  private static String start(PackageJson json, Rule.Files files) {
    if (!json.main().isEmpty() && files.paths().contains(json.main())) {
      return "node " + json.main();
    }
    return files.paths().contains("server.js") ? "node server.js" : null;
  }

  private static String firstOf(Matcher matcher) {
    for (int i = 1; i <= matcher.groupCount(); i++) {
      if (matcher.group(i) != null) {
        return matcher.group(i);
      }
    }
    throw new IllegalStateException("no group matched");
  }

  /** The package of an import such as {@code lodash/fp} or {@code @scope/name/part}. */
  private static String packageOf(String imported) {
    String[] parts = imported.split("/", 3);
    return imported.startsWith("@") && parts.length > 1 ? parts[0] + "/" + parts[1] : parts[0];
  }
}
