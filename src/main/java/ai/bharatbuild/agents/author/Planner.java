package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.llm.Block;
import ai.bharatbuild.agents.llm.ModelRole;
import ai.bharatbuild.agents.llm.SystemBlock;
import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.work.Brief;
import ai.bharatbuild.agents.work.RunFailedException;
import ai.bharatbuild.agents.work.RunScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Has a model plan a project, or a change of one. */
final class Planner {
  private static final String PICTURES_NOT_TAKEN = "pictures_not_taken";
  private static final String STAGE = "plan";
  private static final int ANSWER_TOKENS = 16_384;
  private static final int MAP_TOKENS = 6_000;
  private static final int FILES_TOKENS = 20_000;
  private static final int LARGEST_SHOWN = 64 << 10;
  private static final int MOST_SHOWN = 25;
  private static final ToolLoop.Limits NEW = new ToolLoop.Limits(8, 8, 0);
  private static final ToolLoop.Limits EXISTING = new ToolLoop.Limits(20, 40, 0);

  private final RunScope scope;
  private final Brief brief;
  private final Set<String> stacks;

  /**
   * @param stacks that there are sandboxes for
   */
  Planner(RunScope scope, Brief brief, Set<String> stacks) {
    this.scope = scope;
    this.brief = brief;
    // What the user chose is not the model's to change.
    String type = brief.projectType();
    this.stacks = type != null && stacks.contains(type) ? Set.of(type) : stacks;
  }

  Plan plan() {
    if (!brief.pictures().isEmpty() && !scope.takesPictures()) {
      throw new RunFailedException(
          PICTURES_NOT_TAKEN,
          "The language model that is configured does not take pictures. Leave them out, or have"
              + " the server use one that does (images in the table of models).");
    }
    Toolbox toolbox = brief.existing() ? Toolbox.reading(scope) : null;
    PlanTools tools = new PlanTools(toolbox, stacks);
    Conversation conversation =
        new Conversation(
            ModelRole.LARGE,
            List.of(new SystemBlock(Prompts.planner(brief.existing()), true)),
            tools.tools(),
            Math.min(scope.maxOutputTokens(), ANSWER_TOKENS),
            question(toolbox));
    ToolLoop.Limits limits = brief.existing() ? EXISTING : NEW;
    while (tools.plan() == null) {
      ToolLoop.Outcome outcome = new ToolLoop(scope, STAGE, limits, tools, conversation).run();
      if (tools.plan() == null && outcome.limited()) {
        throw new RunFailedException(
            PlanTools.PLAN_INVALID,
            "The model handed in no plan within " + limits.turns() + " answers. Ask for less.");
      }
      String faults = tools.plan() == null ? tools.submitText(outcome.text()) : null;
      if (faults != null) {
        conversation.reply(List.of(), List.of(faults));
      }
    }
    return tools.plan();
  }

  private List<Block> question(Toolbox toolbox) {
    List<Block> blocks = new ArrayList<>(Subject.pictures(scope, brief));
    StringBuilder text = new StringBuilder(Subject.text(brief));
    text.append("\n\nStacks that there are:\n").append(Stacks.told(stacks));
    if (brief.projectType() != null && !stacks.contains(brief.projectType())) {
      text.append("\nThe user wants it made with: ").append(brief.projectType());
    }
    if (toolbox != null) {
      text.append("\n\n").append(project(toolbox));
    }
    blocks.add(new Block.Text(text.toString()));
    return blocks;
  }

  /** The map of the project, and those files whole that matter most, as far as there is room. */
  private String project(Toolbox toolbox) {
    RepositoryMap map = RepositoryMap.of(scope.workspace());
    if (map.isEmpty()) {
      return "The project has no files yet.";
    }
    List<String> named = new ArrayList<>(brief.userEdits());
    brief.errors().stream().map(Brief.SeenError::file).filter(it -> it != null).forEach(named::add);
    List<SourceFile> ranked = map.ranked(Subject.text(brief), named);
    StringBuilder text =
        new StringBuilder("The project's files, those that seem to matter most first:\n")
            .append(
                Fence.around(
                    "files", toolbox.secrets().text(RepositoryMap.text(ranked, MAP_TOKENS))));
    int left = FILES_TOKENS;
    for (SourceFile file : ranked.subList(0, Math.min(ranked.size(), MOST_SHOWN))) {
      Optional<byte[]> bytes =
          file.bytes() <= LARGEST_SHOWN && Tokens.characters(left) > file.bytes()
              ? Looks.at(scope.workspace(), file.path())
              : Optional.empty();
      if (bytes.isPresent() && Content.text(bytes.get()) != null) {
        String shown =
            toolbox.readers().show(file.path(), bytes.get(), 1, Integer.MAX_VALUE).content();
        text.append("\n").append(shown);
        left -= Tokens.of(shown);
      }
    }
    return text.toString();
  }
}
