package ai.bharatbuild.agents.author;

import static ai.bharatbuild.agents.author.Samples.brief;
import static ai.bharatbuild.agents.author.Samples.change;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.plan.PlanJson;
import ai.bharatbuild.agents.starters.Starter;
import ai.bharatbuild.agents.starters.Starters;
import ai.bharatbuild.agents.work.Brief;
import ai.bharatbuild.agents.work.RunFailedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TemplateAuthorTest {
  private final TestScope scope = new TestScope();
  private final Starters starters = Starters.load();
  private final TemplateAuthor author = new TemplateAuthor(starters);

  private static Brief typed(String prompt, String type) {
    return new Brief(prompt, type, false, List.of(), List.of(), List.of());
  }

  @Test
  void everyTemplateIsAPlanAndIsWrittenExactly() {
    Set<String> stacks =
        starters.all().stream().map(Starter::projectType).collect(Collectors.toSet());
    for (Starter starter : starters.all()) {
      TestScope run = new TestScope();
      List<String> written = new ArrayList<>();

      Plan plan = author.plan(run, typed("a thing", starter.id()));
      assertThat(PlanJson.read(PlanJson.write(plan), stacks)).isEqualTo(plan);
      author.write(run, brief("a thing"), plan, Set.of(), written::add);

      assertThat(written).containsExactlyElementsOf(starter.files());
      assertThat(run.workspace.files.keySet()).containsExactlyInAnyOrderElementsOf(starter.files());
      for (String path : starter.files()) {
        assertThat(run.workspace.files.get(path)).isEqualTo(starters.content(starter, path));
      }
      assertThat(run.asked).isEmpty();
    }
  }

  @Test
  void itSaysThatItIsATemplateAndWhatToSet() {
    Plan plan = author.plan(scope, brief("a todo app in React"));

    assertThat(author.name()).isEqualTo("template");
    assertThat(plan.summary()).contains("A template", "no language model");
    assertThat(scope.events("status", "message").toString())
        .contains("template", "ANTHROPIC_API_KEY");
    assertThat(author.repairs()).isFalse();
  }

  @Test
  void theChosenTypeLimitsTheChoice() {
    assertThat(author.plan(scope, typed("a todo app in React", "python")).stack())
        .isEqualTo("python");
    assertThat(author.plan(scope, typed("an api", "typescript")).stack()).isEqualTo("node");
    RunFailedException failed =
        catchThrowableOfType(
            RunFailedException.class, () -> author.plan(scope, typed("an api", "cobol")));
    assertThat(failed.code()).isEqualTo("no_template");
    assertThat(failed).hasMessageContaining("go, java, node, python, static");
  }

  @Test
  void aProjectThatIsThereNeedsAModel() {
    RunFailedException failed =
        catchThrowableOfType(
            RunFailedException.class, () -> author.plan(scope, change("make it blue")));

    assertThat(failed.code()).isEqualTo("model_required");
    assertThat(failed).hasMessageContaining("ANTHROPIC_API_KEY");
  }

  @Test
  void resumingWritesTheRestAndKeepsWhatAUserMade() {
    Plan plan = author.plan(scope, typed("shop", "static"));
    scope.workspace.with("menu.html", "mine");
    List<String> written = new ArrayList<>();

    author.write(scope, brief("shop"), plan, Set.of("index.html"), written::add);

    assertThat(written).doesNotContain("index.html").contains("menu.html", "test/run.sh");
    assertThat(scope.workspace.text("index.html")).isNull();
    assertThat(scope.workspace.text("menu.html")).isEqualTo("mine");
    assertThat(scope.events("status", "message").toString()).contains("menu.html is there already");
  }

  @Test
  void aPlanThatWasChangedIntoSomethingElseNeedsAModel() {
    Plan plan = author.plan(scope, typed("shop", "static"));
    List<Plan.PlannedFile> files = new ArrayList<>(plan.files());
    files.add(Samples.file("more.html"));
    Plan other =
        new Plan(
            plan.name(),
            plan.summary(),
            plan.stack(),
            plan.tasks(),
            files,
            plan.commands(),
            plan.probe());

    RunFailedException failed =
        catchThrowableOfType(
            RunFailedException.class,
            () -> author.write(scope, brief("shop"), other, Set.of(), path -> {}));
    assertThat(failed.code()).isEqualTo("model_required");
    assertThat(scope.workspace.files).isEmpty();
  }
}
