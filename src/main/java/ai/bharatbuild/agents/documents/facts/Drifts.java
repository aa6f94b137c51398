package ai.bharatbuild.agents.documents.facts;

import ai.bharatbuild.agents.documents.facts.Drift.Kind;
import ai.bharatbuild.agents.plan.Plan.PlannedFile;
import ai.bharatbuild.agents.plan.PlanJson;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Finds where plan, files, requirements and evidence do not agree. */
final class Drifts {
  /** What nobody plans: our own notes, and what package managers write by themselves. */
  private static final Set<String> NEVER_PLANNED =
      Set.of(
          PlanJson.FILE,
          "VERIFICATION.md",
          "package-lock.json",
          "yarn.lock",
          "pnpm-lock.yaml",
          "poetry.lock",
          "go.sum",
          "Cargo.lock",
          "Gemfile.lock",
          "composer.lock");

  private Drifts() {}

  static List<Drift> find(Given given, List<Requirement> requirements, boolean stale) {
    List<Drift> found = new ArrayList<>();
    Set<String> present = given.files().stream().map(SourceFile::path).collect(Collectors.toSet());
    plan(given, present, found);
    for (Requirement requirement : requirements) {
      for (String path : requirement.files()) {
        if (!present.contains(path)) {
          found.add(
              new Drift(
                  Kind.REQUIREMENT_FILE_MISSING,
                  requirement.id(),
                  "%s names %s, which does not exist.".formatted(requirement.id(), path)));
        }
      }
    }
    retired(given, requirements, found);
    if (stale) {
      found.add(
          new Drift(
              Kind.EVIDENCE_STALE,
              "verification of " + given.verification().at(),
              "The files changed after they were verified, so the evidence says nothing of what is"
                  + " here now. Verify again."));
    }
    return List.copyOf(found);
  }

  private static void plan(Given given, Set<String> present, List<Drift> found) {
    if (given.plan() == null) {
      found.add(
          given.planFault() == null
              ? new Drift(
                  Kind.PLAN_MISSING,
                  PlanJson.FILE,
                  "There is no plan.json at the top of the project, so requirements can be traced"
                      + " to the description only.")
              : new Drift(Kind.PLAN_UNREADABLE, PlanJson.FILE, Texts.line(given.planFault(), 600)));
      return;
    }
    Set<String> planned = new HashSet<>();
    for (PlannedFile file : given.plan().files()) {
      planned.add(file.path());
      if (!present.contains(file.path())) {
        found.add(
            new Drift(
                Kind.PLANNED_FILE_MISSING,
                file.path(),
                "%s is in the plan and does not exist.".formatted(file.path())));
      }
    }
    given.files().stream()
        .map(SourceFile::path)
        .filter(path -> !planned.contains(path) && !NEVER_PLANNED.contains(name(path)))
        .forEach(
            path ->
                found.add(
                    new Drift(
                        Kind.UNPLANNED_FILE,
                        path,
                        "%s exists and is not in the plan.".formatted(path))));
  }

  private static void retired(Given given, List<Requirement> requirements, List<Drift> found) {
    Set<String> keys = requirements.stream().map(Requirement::key).collect(Collectors.toSet());
    for (Map.Entry<String, String> known : new TreeMap<>(given.knownIds()).entrySet()) {
      if (!keys.contains(known.getKey())) {
        found.add(
            new Drift(
                Kind.REQUIREMENT_RETIRED,
                known.getValue(),
                "%s came from %s, which is gone. Its id is not used again."
                    .formatted(known.getValue(), Texts.line(known.getKey(), 200))));
      }
    }
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
