package ai.bharatbuild.harness;

import ai.bharatbuild.sandbox.ProjectType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which exercises are played with which scenarios: three have all of them, the others some. */
final class Plays {
  /** Its tests are asserts and nothing else, so that one who empties those has all of them pass. */
  private static final String CHEATED = "python-bank-statement";

  private static final int CHEATS = 3;

  private Plays() {}

  /**
   * @param scenarios only these
   * @param ids only these exercises; empty for all
   */
  static List<Play> of(Set<Scenario> scenarios, Set<String> ids) {
    List<Exercise> all = Exercises.load();
    List<Play> plays = new ArrayList<>();
    for (Scenario scenario : Scenario.values()) {
      if (scenarios.contains(scenario)) {
        exercises(scenario, all).stream()
            .filter(exercise -> ids.isEmpty() || ids.contains(exercise.id()))
            .forEach(exercise -> plays.add(new Play(exercise, scenario)));
      }
    }
    return plays;
  }

  private static List<Exercise> exercises(Scenario scenario, List<Exercise> all) {
    return switch (scenario) {
      case REFERENCE, STUB, MUTANT -> all;
      case CHEAT -> all.stream().filter(it -> it.id().equals(CHEATED)).toList();
      case CHEAT_POM -> some(ProjectType.JAVA, all);
      case CHEAT_PYTEST -> some(ProjectType.PYTHON, all);
      case CHEAT_UNSAVED -> some(ProjectType.NODE, all);
      case KILLED_WRITING ->
          all.stream().filter(Exercise::project).filter(it -> it.plan().probe() != null).toList();
      default -> oneOfEachType(scenario, all);
    };
  }

  private static List<Exercise> some(ProjectType type, List<Exercise> all) {
    return all.stream().filter(it -> it.type() == type && !it.project()).limit(CHEATS).toList();
  }

  /** Others for each scenario. */
  private static List<Exercise> oneOfEachType(Scenario scenario, List<Exercise> all) {
    List<Exercise> some = new ArrayList<>();
    for (ProjectType type :
        List.of(ProjectType.PYTHON, ProjectType.NODE, ProjectType.JAVA, ProjectType.GO)) {
      List<Exercise> of = all.stream().filter(it -> it.type() == type && !it.project()).toList();
      some.add(of.get(scenario.ordinal() % of.size()));
    }
    return some;
  }
}
