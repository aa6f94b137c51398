package ai.bharatbuild.agents.documents.facts;

import ai.bharatbuild.agents.documents.facts.Requirement.Kind;
import ai.bharatbuild.agents.documents.facts.Requirement.Result;
import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.plan.Plan.PlannedFile;
import ai.bharatbuild.agents.plan.Plan.Task;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Derives a project's requirements from its plan, or without one from its description. */
final class Requirements {
  private static final int MOST_SAID = 30;

  private final Given given;
  private final Set<String> present;
  private final boolean stale;
  private final Map<String, String> ids;
  private final List<Requirement> found = new ArrayList<>();
  private int highest;

  private Requirements(Given given, boolean stale) {
    this.given = given;
    this.present = given.files().stream().map(SourceFile::path).collect(Collectors.toSet());
    this.stale = stale;
    this.ids = new HashMap<>(given.knownIds());
    this.highest = ids.values().stream().mapToInt(Requirements::number).max().orElse(0);
  }

  static List<Requirement> derive(Given given, boolean stale) {
    Requirements requirements = new Requirements(given, stale);
    if (given.plan() == null) {
      requirements.fromDescription();
    } else {
      requirements.fromPlan(given.plan());
    }
    return List.copyOf(requirements.found);
  }

  private void fromPlan(Plan plan) {
    for (Task task : plan.tasks()) {
      List<String> files =
          plan.files().stream()
              .filter(it -> task.id().equals(it.task()))
              .map(PlannedFile::path)
              .toList();
      List<String> tests = testsOf(files, plan);
      add(Kind.FUNCTION, task.title(), "task:" + task.id(), files, tests, tested(tests, files));
    }
    if (plan.probe() != null) {
      add(
          Kind.INTERFACE,
          "While it runs, a GET of %s on port %d is answered with status %d"
              .formatted(plan.probe().path(), plan.probe().port(), plan.probe().status()),
          "probe",
          List.of(),
          List.of(),
          probed());
    }
    command("install", "Its dependencies can be installed by", plan.commands().install());
    command("build", "It can be built by", plan.commands().build());
    command("test", "All its tests pass when they are run by", plan.commands().test());
  }

  private void command(String name, String what, String line) {
    if (line != null) {
      List<String> tests =
          name.equals("test")
              ? given.files().stream().filter(SourceFile::isTest).map(SourceFile::path).toList()
              : List.of();
      add(Kind.QUALITY, what + ": " + line, "command:" + name, List.of(), tests, ran(name));
    }
  }

  /** Each sentence is one: without a plan nothing more is known of what must be. */
  private void fromDescription() {
    int before = found.size();
    Set<String> seen = new LinkedHashSet<>();
    for (String said : given.project().description().split("(?<=[.!?।])\\s+|\\n+")) {
      String sentence = Texts.line(said.replaceFirst("^[\\s*•-]+", ""), 300);
      if (sentence.length() >= 3 && seen.add(sentence) && found.size() - before < MOST_SAID) {
        add(
            Kind.FUNCTION,
            sentence,
            "said:" + Integer.toHexString(sentence.hashCode()),
            PathNames.in(sentence),
            List.of(),
            given.verification() == null ? Result.UNKNOWN : Result.NO_TEST);
      }
    }
  }

  private void add(
      Kind kind,
      String statement,
      String key,
      List<String> files,
      List<String> tests,
      Result result) {
    Set<String> named = new LinkedHashSet<>(files);
    named.addAll(PathNames.in(statement));
    found.add(
        new Requirement(
            ids.computeIfAbsent(key, k -> "REQ-%03d".formatted(++highest)),
            kind,
            Texts.line(statement, 600),
            key,
            List.copyOf(named),
            tests,
            result));
  }

  /** Tests among the files, those that say they need one, and those that are named after one. */
  private List<String> testsOf(List<String> files, Plan plan) {
    Set<String> tests = new TreeSet<>();
    Set<String> stems =
        files.stream()
            .filter(it -> !TestFiles.isTest(it))
            .map(TestFiles::stem)
            .collect(Collectors.toSet());
    for (PlannedFile planned : plan.files()) {
      boolean belongs =
          files.contains(planned.path()) || planned.dependsOn().stream().anyMatch(files::contains);
      if (belongs && TestFiles.isTest(planned.path())) {
        tests.add(planned.path());
      }
    }
    for (String path : present) {
      if (TestFiles.isTest(path) && stems.contains(TestFiles.stem(path))) {
        tests.add(path);
      }
    }
    tests.retainAll(present);
    return List.copyOf(tests);
  }

  private Result tested(List<String> tests, List<String> files) {
    Result ran = ran("test");
    boolean complete = present.containsAll(files);
    if (!complete && ran == Result.MET) {
      return Result.FAILED;
    }
    return ran == Result.MET && tests.isEmpty() ? Result.NO_TEST : ran;
  }

  private Result ran(String name) {
    Verification seen = given.verification();
    Verification.Command command = seen == null ? null : seen.command(name);
    if (command == null) {
      return Result.UNKNOWN;
    }
    return stale ? Result.STALE : command.succeeded() ? Result.MET : Result.FAILED;
  }

  private Result probed() {
    Verification seen = given.verification();
    if (seen == null || seen.probe() == null) {
      return Result.UNKNOWN;
    }
    return stale ? Result.STALE : seen.probe().succeeded() ? Result.MET : Result.FAILED;
  }

  private static int number(String id) {
    String digits = id.replaceFirst("^REQ-", "");
    return digits.matches("\\d{1,8}") ? Integer.parseInt(digits) : 0;
  }
}
