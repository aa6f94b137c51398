package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.llm.Block;
import ai.bharatbuild.agents.llm.ModelRole;
import ai.bharatbuild.agents.llm.SystemBlock;
import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.verify.Diagnosis;
import ai.bharatbuild.agents.verify.Steady;
import ai.bharatbuild.agents.work.Brief;
import ai.bharatbuild.agents.work.Repair;
import ai.bharatbuild.agents.work.RunScope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Has a model try one repair. What is different afterwards is compared, not believed. */
final class Fixer {
  private static final String STAGE = "fix";
  private static final int ANSWER_TOKENS = 8_192;
  private static final int MAP_TOKENS = 2_500;
  private static final int MOST_PLACES = 6;
  private static final int AROUND = 15;
  private static final int LONGEST_SUMMARY = 1_200;
  private static final ToolLoop.Limits SMALL = new ToolLoop.Limits(14, 40, 1);
  private static final ToolLoop.Limits LARGE = new ToolLoop.Limits(24, 80, 1);

  private final RunScope scope;
  private final Brief brief;
  private final Plan plan;
  private final Diagnosis diagnosis;
  private final List<Repair> before;
  private final boolean large;

  Fixer(
      RunScope scope,
      Brief brief,
      Plan plan,
      Diagnosis diagnosis,
      List<Repair> before,
      boolean large) {
    this.scope = scope;
    this.brief = brief;
    this.plan = plan;
    this.diagnosis = diagnosis;
    this.before = before;
    this.large = large;
  }

  Repair repair() {
    Instant begun = Instant.now();
    Snapshot old = Snapshot.of(scope.workspace());
    RepairRights rights = new RepairRights(brief, plan);
    Toolbox toolbox = Toolbox.full(scope, rights);
    Conversation conversation =
        new Conversation(
            large ? ModelRole.LARGE : ModelRole.SMALL,
            List.of(
                new SystemBlock(Prompts.fixer(), false),
                new SystemBlock(Subject.text(brief) + "\n\n" + Subject.plan(plan), true)),
            toolbox.tools(),
            Math.min(scope.maxOutputTokens(), ANSWER_TOKENS),
            List.of(new Block.Text(question(toolbox))));
    ToolLoop.Outcome outcome = talk(toolbox, conversation);
    RepairReport report = new RepairReport(scope, brief, rights, old, toolbox, begun);
    List<String> changed = report.changed();
    return new Repair(
        large ? Repair.LARGE_MODEL : Repair.SMALL_MODEL,
        diagnosis.signature(),
        changed,
        summary(outcome, changed) + report.notes(),
        toolbox.ranCommands());
  }

  /** What its commands left running must not help, nor stand in the way of, what proves it. */
  private ToolLoop.Outcome talk(Toolbox toolbox, Conversation conversation) {
    try {
      return new ToolLoop(scope, STAGE, large ? LARGE : SMALL, toolbox, conversation).run();
    } finally {
      if (toolbox.ranCommands()) {
        scope.workspace().restart();
      }
    }
  }

  private static String summary(ToolLoop.Outcome outcome, List<String> changed) {
    String said = Masking.text(outcome.text()).strip();
    if (outcome.limited()) {
      return "The model did not come to an end within its limits.";
    }
    if (said.isEmpty()) {
      return changed.isEmpty()
          ? "The model changed nothing and did not say why."
          : "The model did not say what it changed.";
    }
    return said.length() > LONGEST_SUMMARY ? said.substring(0, LONGEST_SUMMARY) + "…" : said;
  }

  private String question(Toolbox toolbox) {
    StringBuilder text =
        new StringBuilder(
            "What failed: %s (%s).\n"
                .formatted(diagnosis.step(), diagnosis.kind().name().toLowerCase(Locale.ROOT)));
    String command = command(diagnosis.step());
    if (command != null) {
      text.append("The step's command:\n")
          .append(Fence.around("command", toolbox.secrets().text(command)))
          .append('\n');
    }
    text.append(
            Fence.around(
                "what went wrong",
                Steady.text(
                    toolbox.secrets().output(diagnosis.headline() + "\n\n" + diagnosis.excerpt()))))
        .append('\n');
    places(toolbox, text);
    Set<String> paths = Set.copyOf(diagnosis.places().stream().map(Diagnosis.Place::path).toList());
    List<SourceFile> ranked =
        RepositoryMap.of(scope.workspace())
            .ranked(diagnosis.headline() + "\n" + diagnosis.excerpt(), paths);
    text.append("The project's files, those that seem to matter most first:\n")
        .append(
            Fence.around("files", toolbox.secrets().text(RepositoryMap.text(ranked, MAP_TOKENS))))
        .append('\n');
    if (!before.isEmpty()) {
      text.append("Tried before, without making the project work:\n")
          .append(tried(toolbox))
          .append('\n');
    }
    return text.append("Repair the project.").toString();
  }

  private String command(String step) {
    return switch (step) {
      case "install" -> plan.commands().install();
      case "build" -> plan.commands().build();
      case "test" -> plan.commands().test();
      case "run", "probe" -> plan.commands().run();
      default -> null;
    };
  }

  private void places(Toolbox toolbox, StringBuilder text) {
    diagnosis.places().stream()
        .distinct()
        .limit(MOST_PLACES)
        .forEach(
            place -> {
              Optional<byte[]> bytes = readable(place.path());
              if (bytes.isPresent()) {
                int from = Math.max(1, place.line() - AROUND);
                text.append(
                        toolbox
                            .readers()
                            .show(place.path(), bytes.get(), from, 2 * AROUND + 1)
                            .content())
                    .append('\n');
              }
            });
  }

  /** Output names paths that are none of the project's. */
  private Optional<byte[]> readable(String path) {
    try {
      return Looks.at(scope.workspace(), ProjectPath.of(path));
    } catch (Arguments.WrongArgument e) {
      return Optional.empty();
    }
  }

  private String tried(Toolbox toolbox) {
    List<String> lines = new ArrayList<>();
    for (Repair repair : before) {
      lines.add(
          "%d. by %s, changed %s: %s"
              .formatted(lines.size() + 1, repair.by(), repair.changed(), repair.summary()));
    }
    return Fence.around("earlier tries", toolbox.secrets().text(String.join("\n", lines)));
  }
}
