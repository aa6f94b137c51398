package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.starters.Starter;
import ai.bharatbuild.agents.starters.Starters;
import ai.bharatbuild.agents.verify.Diagnosis;
import ai.bharatbuild.agents.work.Author;
import ai.bharatbuild.agents.work.Brief;
import ai.bharatbuild.agents.work.Repair;
import ai.bharatbuild.agents.work.RunFailedException;
import ai.bharatbuild.agents.work.RunScope;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Gives a starter project that a prompt's words speak for. It makes nothing to order, and says so:
 * it is there for servers without a key of a language model. Safe on any thread.
 */
public final class TemplateAuthor implements Author {
  public static final String NAME = "template";

  /** What a run without a model cannot do fails with this code. */
  public static final String MODEL_REQUIRED = "model_required";

  private static final String KEYS =
      "Set ANTHROPIC_API_KEY, GEMINI_API_KEY or OPENAI_API_KEY at the server so that a language"
          + " model does it.";
  private static final String TASK = "template";

  private final Starters starters;

  public TemplateAuthor(Starters starters) {
    this.starters = starters;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Plan plan(RunScope scope, Brief brief) {
    if (brief.existing()) {
      throw new RunFailedException(
          MODEL_REQUIRED,
          "No language model is configured, and templates cannot change a project. " + KEYS);
    }
    Starter starter = choose(brief);
    FileEvents.status(
        scope,
        "No language model is configured: this is the template %s, chosen by the prompt's words. %s"
            .formatted(starter.title(), KEYS));
    if (!brief.pictures().isEmpty()) {
      FileEvents.status(scope, "The pictures were not looked at: no language model is configured.");
    }
    return plan(starter);
  }

  private Starter choose(Brief brief) {
    if (brief.projectType() == null) {
      return starters.choose(brief.prompt());
    }
    String type = brief.projectType().strip().toLowerCase(Locale.ROOT);
    Optional<Starter> starter = starters.choose(brief.prompt(), it -> kinds(it).contains(type));
    return starter.orElseThrow(
        () ->
            new RunFailedException(
                "no_template",
                "No language model is configured, and there is no template for \"%s\"; there are some for %s. %s"
                    .formatted(
                        type,
                        starters.all().stream()
                            .map(Starter::projectType)
                            .distinct()
                            .sorted()
                            .collect(Collectors.joining(", ")),
                        KEYS)));
  }

  /** Names by which people may ask for a starter. */
  private static Set<String> kinds(Starter starter) {
    return Arrays.stream(
            String.join(
                    ",",
                    starter.id(),
                    starter.projectType(),
                    starter.framework(),
                    starter.language())
                .split(","))
        .map(String::strip)
        .collect(Collectors.toSet());
  }

  private static Plan plan(Starter starter) {
    Starter.Commands commands = starter.commands();
    return new Plan(
        starter.title(),
        starter.description() + ". A template of the server; no language model made it.",
        starter.projectType(),
        List.of(new Plan.Task(TASK, "Copy the template " + starter.id(), List.of())),
        starter.files().stream()
            .map(
                path ->
                    new Plan.PlannedFile(path, purpose(starter, path), TASK, List.of(), List.of()))
            .toList(),
        new Plan.Commands(commands.install(), commands.build(), commands.test(), commands.run()),
        commands.run() == null ? null : new Plan.Probe(starter.port(), starter.path(), 200));
  }

  private static String purpose(Starter starter, String path) {
    String of = " of the template " + starter.id();
    if (TestFiles.isTest(path)) {
      return "Tests" + of;
    }
    return (path.endsWith("README.md") ? "Description" : "Part") + of;
  }

  /** Throws {@link RunFailedException} for a plan that is not one of a template any more. */
  @Override
  public void write(
      RunScope scope, Brief brief, Plan plan, Set<String> done, Consumer<String> written) {
    Starter starter = of(plan);
    for (Plan.PlannedFile file : plan.files()) {
      if (!done.contains(file.path())) {
        scope.check();
        write(scope, starter, file.path());
        written.accept(file.path());
      }
    }
  }

  private Starter of(Plan plan) {
    return starters.all().stream()
        .filter(it -> plan.tasks().getFirst().title().endsWith(" " + it.id()))
        .filter(it -> plan.files().stream().allMatch(file -> it.files().contains(file.path())))
        .findFirst()
        .orElseThrow(
            () ->
                new RunFailedException(
                    MODEL_REQUIRED,
                    "The plan is no longer that of a template, and no language model is"
                        + " configured to write it. "
                        + KEYS));
  }

  private void write(RunScope scope, Starter starter, String path) {
    byte[] content = starters.content(starter, path);
    if (!scope.workspace().write(path, null, content) && !isThere(scope, path, content)) {
      FileEvents.status(scope, path + " is there already and differs from the template; it stays.");
      return;
    }
    FileEvents.file(scope, path, content, FileEvents.CREATED);
  }

  /** A run that was interrupted may have written it. */
  private static boolean isThere(RunScope scope, String path, byte[] content) {
    return scope.workspace().read(path).filter(it -> Arrays.equals(it, content)).isPresent();
  }

  @Override
  public boolean repairs() {
    return false;
  }

  @Override
  public Repair repair(
      RunScope scope,
      Brief brief,
      Plan plan,
      Diagnosis diagnosis,
      List<Repair> before,
      boolean large) {
    throw new RunFailedException(
        MODEL_REQUIRED, "No language model is configured to repair the project. " + KEYS);
  }
}
