package ai.bharatbuild.projects;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProjectStatusTest {
  @Test
  void aUserNeverBeginsOrEndsProcessing() {
    for (ProjectStatus to : ProjectStatus.values()) {
      assertThat(to.reachedByUserFrom())
          .isEqualTo(
              Arrays.stream(ProjectStatus.values())
                  .filter(
                      from ->
                          from == to
                              || from.leadsTo(to)
                                  && from != ProjectStatus.PROCESSING
                                  && to != ProjectStatus.PROCESSING)
                  .toList());
    }
    assertThat(ProjectStatus.PROCESSING.reachedByUserFrom())
        .containsExactly(ProjectStatus.PROCESSING);
  }

  @Test
  void everyStateButProcessingCanBeWorkedOnAndNoneIsADeadEnd() {
    for (ProjectStatus from : ProjectStatus.values()) {
      assertThat(from.leadsTo(ProjectStatus.PROCESSING))
          .isEqualTo(from != ProjectStatus.PROCESSING);
      assertThat(from.leadsTo(from)).isFalse();
    }
    assertThat(ProjectStatus.COMPLETED.leadsTo(ProjectStatus.DRAFT)).isFalse();
  }

  @Test
  void theKindOfProjectIsToldFromItsFiles() {
    assertThat(BuildPlan.detect(Set.of("package.json", "index.html"))).isEqualTo("node");
    assertThat(BuildPlan.detect(Set.of("pom.xml"))).isEqualTo("java");
    assertThat(BuildPlan.detect(Set.of("main.py"))).isEqualTo("python");
    assertThat(BuildPlan.detect(Set.of("index.html"))).isEqualTo("static");
    assertThat(BuildPlan.detect(Set.of("README.md"))).isNull();
    for (String type : BuildPlan.TYPES) {
      assertThat(BuildPlan.of(type, Set.of()).steps()).isNotEmpty();
    }
    BuildPlan usual = BuildPlan.of("node", Set.of("package-lock.json"));
    assertThat(usual.steps().getFirst().command()).startsWith("npm ci");
    assertThat(BuildPlan.given("node", "", "make", usual).steps())
        .containsExactly(new BuildPlan.Step("build", "make"));
  }
}
