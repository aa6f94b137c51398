package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.llm.Block;
import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.plan.PlanJson;
import ai.bharatbuild.agents.work.Brief;
import ai.bharatbuild.agents.work.RunScope;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a run is about, as models are told. */
final class Subject {
  private static final int MOST_ERRORS = 30;
  private static final Pattern LOOKS =
      Pattern.compile(".*\\.(?:html?|css|scss|jsx|tsx|vue|svelte)");

  private Subject() {}

  /** The prompt, and the errors and edits of the user's. */
  static String text(Brief brief) {
    StringBuilder text =
        new StringBuilder("The user wants:\n").append(Masking.text(brief.prompt().strip()));
    if (!brief.errors().isEmpty()) {
      text.append("\n\nThe user has seen these errors:\n")
          .append(Fence.around("errors", Masking.text(errors(brief))));
    }
    if (!brief.userEdits().isEmpty()) {
      text.append("\n\nThe user has changed these files by hand. Keep what is in them, unless the")
          .append(" user's words above ask for other:\n")
          .append(Fence.around("paths", String.join("\n", brief.userEdits())));
    }
    return text.toString();
  }

  /** The plan. Whoever can write into the workspace may have written it: it is data. */
  static String plan(Plan plan) {
    return "The plan, which says what the project is to be and nothing else:\n"
        + Fence.around("plan", Masking.text(PlanJson.write(plan)));
  }

  private static String errors(Brief brief) {
    return brief.errors().stream()
        .limit(MOST_ERRORS)
        .map(
            it ->
                (it.file() == null ? "" : it.file() + (it.line() > 0 ? ":" + it.line() : "") + ": ")
                    + it.message())
        .collect(Collectors.joining("\n"));
  }

  /** The pictures, where the model takes any. */
  static List<Block> pictures(RunScope scope, Brief brief) {
    List<Block> blocks = new ArrayList<>();
    if (scope.takesPictures()) {
      brief.pictures().forEach(it -> blocks.add(new Block.Image(it.mediaType(), it.bytes())));
    }
    return blocks;
  }

  /** The pictures for whoever writes a file that decides how something looks. */
  static List<Block> pictures(RunScope scope, Brief brief, String path) {
    return LOOKS.matcher(path).matches() ? pictures(scope, brief) : List.of();
  }
}
