package ai.bharatbuild.projects;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a build runs: by default what is usual for the files at the top of the workspace.
 *
 * @param type of the sandbox
 */
record BuildPlan(String type, List<Step> steps) {
  /** One command line of the build. */
  record Step(String name, String command) {}

  static final List<String> TYPES =
      List.of("node", "python", "java", "go", "rust", "ruby", "php", "static");

  private static final String INSTALL = "install";
  private static final String BUILD = "build";

  /** The type that files speak for, or null when none does. */
  static String detect(Set<String> names) {
    if (names.contains("package.json")) {
      return "node";
    }
    if (names.contains("pom.xml")
        || names.contains("build.gradle")
        || names.contains("build.gradle.kts")) {
      return "java";
    }
    if (names.contains("go.mod")) {
      return "go";
    }
    if (names.contains("Cargo.toml")) {
      return "rust";
    }
    if (names.contains("Gemfile")) {
      return "ruby";
    }
    if (names.contains("composer.json") || names.contains("index.php")) {
      return "php";
    }
    boolean python =
        names.contains("requirements.txt")
            || names.contains("pyproject.toml")
            || names.stream().anyMatch(name -> name.endsWith(".py"));
    if (python) {
      return "python";
    }
    return names.contains("index.html") ? "static" : null;
  }

  /** The default for a type. */
  static BuildPlan of(String type, Set<String> names) {
    List<Step> steps =
        switch (type) {
          case "node" -> node(names);
          case "python" -> python(names);
          case "java" -> java(names);
          case "go" ->
              List.of(new Step(INSTALL, "go mod download"), new Step(BUILD, "go build ./..."));
          case "rust" -> List.of(new Step(INSTALL, "cargo fetch"), new Step(BUILD, "cargo build"));
          case "ruby" -> ruby(names);
          case "php" -> php(names);
          default -> List.of(new Step(BUILD, "test -s index.html"));
        };
    return new BuildPlan(type, steps);
  }

  /** Commands that the caller gave; an empty one leaves its step out. */
  static BuildPlan given(String type, String install, String build, BuildPlan usual) {
    List<Step> steps = new ArrayList<>();
    add(steps, INSTALL, install, usual);
    add(steps, BUILD, build, usual);
    return new BuildPlan(type, List.copyOf(steps));
  }

  private static void add(List<Step> steps, String name, String given, BuildPlan usual) {
    if (given == null) {
      usual.steps().stream().filter(step -> step.name().equals(name)).forEach(steps::add);
    } else if (!given.isBlank()) {
      steps.add(new Step(name, given));
    }
  }

  private static List<Step> node(Set<String> names) {
    String install =
        names.contains("package-lock.json")
            ? "npm ci --no-audit --no-fund"
            : "npm install --no-audit --no-fund";
    return List.of(new Step(INSTALL, install), new Step(BUILD, "npm run build --if-present"));
  }

  private static List<Step> python(Set<String> names) {
    List<Step> steps = new ArrayList<>();
    if (names.contains("requirements.txt")) {
      steps.add(
          new Step(
              INSTALL, "python -m venv .venv && .venv/bin/pip install -q -r requirements.txt"));
    } else if (names.contains("pyproject.toml")) {
      steps.add(new Step(INSTALL, "python -m venv .venv && .venv/bin/pip install -q ."));
    }
    // By force: what was compiled in the second of the last change would be taken for current.
    steps.add(new Step(BUILD, "python -m compileall -q -f -x '/\\.venv/' ."));
    return List.copyOf(steps);
  }

  private static List<Step> java(Set<String> names) {
    if (names.contains("pom.xml")) {
      String maven = names.contains("mvnw") ? "sh ./mvnw" : "mvn";
      return List.of(
          new Step(INSTALL, maven + " -q -B dependency:resolve"),
          new Step(BUILD, maven + " -q -B package -DskipTests"));
    }
    String gradle = names.contains("gradlew") ? "sh ./gradlew" : "gradle";
    return List.of(new Step(BUILD, gradle + " --no-daemon assemble"));
  }

  private static List<Step> ruby(Set<String> names) {
    List<Step> steps = new ArrayList<>();
    if (names.contains("Gemfile")) {
      steps.add(new Step(INSTALL, "bundle config set --local path vendor && bundle install"));
    }
    steps.add(
        new Step(
            BUILD,
            "find . -name '*.rb' -not -path './vendor/*' -print0 | xargs -0 -r -n1 ruby -c"));
    return List.copyOf(steps);
  }

  private static List<Step> php(Set<String> names) {
    List<Step> steps = new ArrayList<>();
    if (names.contains("composer.json")) {
      steps.add(new Step(INSTALL, "composer install --no-interaction --no-progress"));
    }
    steps.add(
        new Step(
            BUILD,
            "find . -name '*.php' -not -path './vendor/*' -print0 | xargs -0 -r -n1 php -l"));
    return List.copyOf(steps);
  }
}
