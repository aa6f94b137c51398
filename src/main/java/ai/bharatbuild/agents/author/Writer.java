package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.llm.Block;
import ai.bharatbuild.agents.llm.ModelRole;
import ai.bharatbuild.agents.llm.SystemBlock;
import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.plan.Plan.PlannedFile;
import ai.bharatbuild.agents.work.Brief;
import ai.bharatbuild.agents.work.RunFailedException;
import ai.bharatbuild.agents.work.RunScope;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Has a model write the files of a plan: each in a conversation of its own, wave by wave, the files
 * of a wave at once. All conversations begin alike, so that a provider's cache serves them.
 */
final class Writer {
  static final String FILE_NOT_WRITTEN = "file_not_written";
  private static final String STAGE = "write";
  private static final int AT_ONCE = 4;
  private static final int ANSWER_TOKENS = 16_384;
  private static final int DEPENDENCY_TOKENS = 24_000;
  private static final int MAP_TOKENS = 2_000;
  private static final int MOST_LINES = 2_000;

  /** It is told once more that the file is missing. */
  private static final ToolLoop.Limits LIMITS = new ToolLoop.Limits(16, 40, 1);

  private final RunScope scope;
  private final Brief brief;
  private final Plan plan;
  private final Map<String, PlannedFile> files;
  private final List<SystemBlock> system;

  /** Of the project that is changed, as it is before; null where there is none. */
  private final RepositoryMap map;

  Writer(RunScope scope, Brief brief, Plan plan) {
    this.scope = scope;
    this.brief = brief;
    this.plan = plan;
    this.files =
        plan.files().stream().collect(Collectors.toMap(PlannedFile::path, Function.identity()));
    this.map = brief.existing() ? RepositoryMap.of(scope.workspace()) : null;
    this.system =
        List.of(
            new SystemBlock(Prompts.writer(), false),
            new SystemBlock(Subject.text(brief) + "\n\n" + Subject.plan(plan), true));
  }

  /** See {@link ai.bharatbuild.agents.work.Author#write}. */
  void write(Set<String> done, Consumer<String> written) {
    for (List<PlannedFile> wave : plan.waves()) {
      List<PlannedFile> due = wave.stream().filter(it -> !done.contains(it.path())).toList();
      if (!due.isEmpty()) {
        FileEvents.status(scope, "Writing " + names(due));
        Parallel.forEach(
            due,
            AT_ONCE,
            file -> {
              write(file);
              written.accept(file.path());
            });
      }
    }
  }

  private static String names(List<PlannedFile> due) {
    String names =
        due.stream().limit(AT_ONCE).map(PlannedFile::path).collect(Collectors.joining(", "));
    return due.size() > AT_ONCE ? names + " and " + (due.size() - AT_ONCE) + " more" : names;
  }

  private void write(PlannedFile file) {
    Stop.check(scope);
    Toolbox toolbox = Toolbox.writing(scope, rights(file), brief.existing());
    Optional<byte[]> there = scope.workspace().read(file.path());
    WriteTools tools = new WriteTools(toolbox, file.path(), !brief.existing() && there.isEmpty());
    Conversation conversation =
        new Conversation(
            ModelRole.LARGE,
            system,
            tools.tools(),
            Math.min(scope.maxOutputTokens(), ANSWER_TOKENS),
            question(toolbox, file, there));
    ToolLoop.Outcome outcome = new ToolLoop(scope, STAGE, LIMITS, tools, conversation).run();
    if (tools.unfinished() != null) {
      throw new RunFailedException(
          FILE_NOT_WRITTEN,
          "The model did not write %s, also when reminded.%s Resume the run, or ask in other words."
              .formatted(file.path(), said(outcome)));
    }
  }

  private static String said(ToolLoop.Outcome outcome) {
    String words = Masking.text(outcome.text()).strip();
    return words.isEmpty() ? "" : " It said: " + words.substring(0, Math.min(words.length(), 300));
  }

  /** Its own file, and in a project that is changed what the plan does not have. */
  private Rights rights(PlannedFile file) {
    return new Rights() {
      @Override
      public String write(String path) {
        return path.equals(file.path())
            ? null
            : "You write %s and nothing else; others write the other files.".formatted(file.path());
      }

      @Override
      public String delete(String path) {
        if (TestFiles.isTest(path)) {
          return path + " is a test that was there before; it stays.";
        }
        return files.containsKey(path) || brief.userEdits().contains(path)
            ? path + " is planned or the user's; it stays."
            : null;
      }

      @Override
      public String replace(String path, String before, String after) {
        return null;
      }
    };
  }

  private List<Block> question(Toolbox toolbox, PlannedFile file, Optional<byte[]> there) {
    StringBuilder text =
        new StringBuilder(project(toolbox, file)).append(dependencies(toolbox, file));
    if (there.isPresent()) {
      text.append("\nThe file is there already. Change what its purpose asks for, or nothing:\n")
          .append(toolbox.readers().show(file.path(), there.get(), 1, MOST_LINES).content())
          .append(
              brief.userEdits().contains(file.path()) ? "\nThe user has changed it by hand." : "")
          .append('\n');
    }
    text.append("\nWrite the file %s now. What it is for:\n".formatted(file.path()))
        .append(Fence.around("purpose", toolbox.secrets().text(purpose(file))));
    List<Block> blocks = new ArrayList<>(Subject.pictures(scope, brief, file.path()));
    blocks.add(new Block.Text(text.toString().strip()));
    return blocks;
  }

  private static String purpose(PlannedFile file) {
    return file.exports().isEmpty()
        ? file.purpose()
        : file.purpose()
            + "\nOther files use these names of it: "
            + String.join(", ", file.exports());
  }

  /** What else is in a project that is changed, by what the file is for. */
  private String project(Toolbox toolbox, PlannedFile file) {
    if (map == null || map.isEmpty()) {
      return "";
    }
    String files = RepositoryMap.text(map.ranked(file.purpose(), List.of(file.path())), MAP_TOKENS);
    return "The project's files before the change:\n"
        + Fence.around("files", toolbox.secrets().text(files))
        + "\n";
  }

  /** The real text of what it depends on, the nearest first, as far as there is room. */
  private String dependencies(Toolbox toolbox, PlannedFile file) {
    StringBuilder text = new StringBuilder();
    List<String> left = new ArrayList<>();
    int room = DEPENDENCY_TOKENS;
    for (String path : needed(file)) {
      String content = scope.workspace().read(path).map(Content::text).orElse(null);
      if (content == null || Tokens.of(content) > room) {
        left.add(path);
        continue;
      }
      room -= Tokens.of(content);
      text.append(Fence.around(path, toolbox.secrets().file(path, content))).append('\n');
    }
    if (!text.isEmpty()) {
      text.insert(0, "Files that it depends on:\n");
    }
    if (!left.isEmpty()) {
      text.append("Not shown for lack of room, read_file has them: ")
          .append(String.join(", ", left))
          .append('\n');
    }
    return text.toString();
  }

  private Set<String> needed(PlannedFile file) {
    Set<String> needed = new LinkedHashSet<>(file.dependsOn());
    List<String> next = new ArrayList<>(needed);
    while (!next.isEmpty()) {
      List<String> further = new ArrayList<>();
      for (String path : next) {
        for (String needs : files.get(path).dependsOn()) {
          if (needed.add(needs)) {
            further.add(needs);
          }
        }
      }
      next = further;
    }
    return needed;
  }
}
