package ai.bharatbuild.harness;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.plan.Plan.PlannedFile;
import ai.bharatbuild.agents.verify.FailureKind;
import ai.bharatbuild.harness.Exercise.Variant;
import ai.bharatbuild.sandbox.ProjectType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The exercises are whole, whatever they do when they run. */
class HarnessDataTest {
  private static final List<Exercise> ALL = Exercises.load();

  static List<Exercise> exercises() {
    return ALL;
  }

  @Test
  void eachLanguageHasTen() {
    Map<ProjectType, Long> counts =
        ALL.stream()
            .filter(exercise -> !exercise.project())
            .collect(Collectors.groupingBy(Exercise::type, Collectors.counting()));
    assertThat(counts)
        .containsOnlyKeys(ProjectType.PYTHON, ProjectType.NODE, ProjectType.JAVA, ProjectType.GO);
    assertThat(counts.values()).allMatch(count -> count >= 10);
  }

  @Test
  void thereAreEightProjectsOfWhichSomeServe() {
    List<Exercise> projects = ALL.stream().filter(Exercise::project).toList();
    assertThat(projects).hasSizeGreaterThanOrEqualTo(8);
    assertThat(projects).allMatch(project -> project.reference().size() >= 3);
    assertThat(projects.stream().filter(project -> project.plan().probe() != null))
        .hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void theirBugsShowAsFailuresOfEachKindThatAChangeCanMend() {
    Set<FailureKind> kinds =
        ALL.stream().map(exercise -> exercise.mutant().error()).collect(Collectors.toSet());
    assertThat(kinds)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(FailureKind.values()).filter(FailureKind::repairable).toList());
  }

  @ParameterizedTest
  @MethodSource("exercises")
  void isWhole(Exercise exercise) {
    assertThat(exercise.id()).matches("[a-z]+-[a-z-]+");
    assertThat(exercise.plan().stack()).isEqualTo(exercise.type().id());
    assertThat(exercise.plan().files().stream().map(PlannedFile::path))
        .containsExactlyInAnyOrderElementsOf(exercise.reference().keySet());
    assertThat(exercise.reference()).containsKeys(exercise.stub().keySet().toArray(String[]::new));
    assertThat(exercise.tests())
        .doesNotContainKeys(exercise.reference().keySet().toArray(String[]::new));
    exercise
        .stub()
        .forEach((path, text) -> assertThat(exercise.reference().get(path)).isNotEqualTo(text));
  }

  @ParameterizedTest
  @MethodSource("exercises")
  void theBugIsOnePlaceInOneFile(Exercise exercise) {
    String file = exercise.reference().get(exercise.mutant().file());
    assertThat(file).isNotNull().containsOnlyOnce(exercise.mutant().find());
    Map<String, String> mutant = exercise.files(Variant.MUTANT);
    assertThat(mutant.keySet()).isEqualTo(exercise.reference().keySet());
    assertThat(
            mutant.entrySet().stream()
                .filter(it -> !it.getValue().equals(exercise.reference().get(it.getKey()))))
        .hasSize(1);
  }
}
