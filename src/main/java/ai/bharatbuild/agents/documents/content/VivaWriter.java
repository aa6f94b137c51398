package ai.bharatbuild.agents.documents.content;

import ai.bharatbuild.agents.documents.facts.Facts;
import ai.bharatbuild.agents.documents.facts.Requirement;
import ai.bharatbuild.agents.documents.facts.Requirement.Kind;
import ai.bharatbuild.agents.documents.facts.Requirement.Result;
import ai.bharatbuild.agents.documents.paper.Paper;
import ai.bharatbuild.agents.documents.paper.PaperBuilder;
import ai.bharatbuild.agents.plan.Plan.PlannedFile;
import java.util.Comparator;
import java.util.List;

/** Questions of an oral examination with answers that the facts give. */
public final class VivaWriter {
  private static final int MOST_OF_ONE_KIND = 15;

  private final Facts facts;
  private final PaperBuilder out = new PaperBuilder();
  private int questions;

  private VivaWriter(Facts facts) {
    this.facts = facts;
  }

  public static Paper write(Facts facts) {
    VivaWriter viva = new VivaWriter(facts);
    viva.project();
    viva.design();
    viva.requirements();
    viva.testing();
    return viva.out.build("Viva questions and answers", Parts.name(facts), facts.at());
  }

  private void ask(String question, String answer) {
    question(question).text(answer);
  }

  private PaperBuilder question(String question) {
    questions++;
    return out.title(3, "Q%d. %s".formatted(questions, question));
  }

  private void project() {
    out.heading(1, "The project");
    question("What does your project do?").prose(facts.summary());
    if (!facts.project().market().isEmpty()) {
      ask("For whom is it?", facts.project().market());
    }
    ask("What is it made with?", "It is made with %s.".formatted(Parts.stack(facts)));
    ask("How large is it?", Parts.sizes(facts));
    if (!facts.languages().isEmpty()) {
      var first = facts.languages().getFirst();
      ask(
          "Which language has the largest part in it?",
          "%s, with %d of %d lines.".formatted(first.getKey(), first.getValue(), facts.lines()));
    }
  }

  private void design() {
    if (facts.plan() == null) {
      return;
    }
    out.heading(1, "Design");
    facts.plan().files().stream()
        .filter(it -> !it.exports().isEmpty() || !it.dependsOn().isEmpty())
        .limit(MOST_OF_ONE_KIND)
        .forEach(this::file);
    Comparator<PlannedFile> byUsers = Comparator.comparingLong(this::users);
    facts.plan().files().stream()
        .max(byUsers)
        .filter(it -> users(it) > 1)
        .ifPresent(
            it ->
                ask(
                    "Which file would you change with the most care, and why?",
                    "%s, since %d other files depend on it.".formatted(it.path(), users(it))));
    ask(
        "In which order could the files be written?",
        "In %s; a file comes after those that it depends on. First: %s."
            .formatted(
                Parts.count(facts.plan().waves().size(), "step", "steps"),
                String.join(
                    ", ",
                    facts.plan().waves().getFirst().stream().map(PlannedFile::path).toList())));
  }

  private long users(PlannedFile file) {
    return facts.plan().files().stream().filter(it -> it.dependsOn().contains(file.path())).count();
  }

  private void file(PlannedFile file) {
    String offers =
        file.exports().isEmpty()
            ? ""
            : " It offers %s to other files.".formatted(String.join(", ", file.exports()));
    String needs =
        file.dependsOn().isEmpty()
            ? ""
            : " It depends on %s.".formatted(String.join(", ", file.dependsOn()));
    ask("What is %s for?".formatted(file.path()), file.purpose() + "." + offers + needs);
  }

  private void requirements() {
    List<Requirement> functions = Parts.of(facts, Kind.FUNCTION);
    if (functions.isEmpty()) {
      return;
    }
    out.heading(1, "Requirements");
    ask("How many requirements are there, and how many are met?", Parts.results(facts));
    for (Requirement it : functions.stream().limit(MOST_OF_ONE_KIND).toList()) {
      String where =
          it.files().isEmpty() ? "No file is planned for it." : String.join(", ", it.files()) + ".";
      String tests =
          it.tests().isEmpty()
              ? " No test is traced to it."
              : " It is tested by %s.".formatted(String.join(", ", it.tests()));
      ask(
          "Where is %s (“%s”) implemented?".formatted(it.id(), it.statement()),
          where + tests + " Result: " + it.result().text() + ".");
    }
  }

  private void testing() {
    out.heading(1, "Testing");
    ask("How do you know that it works?", Parts.standing(facts));
    for (VerifyStep step : VerifyStep.of(facts)) {
      ask(
          step.probe()
              ? "What shows that the running program answers?"
              : "What does “%s” have to show?".formatted(step.asks()),
          (step.probe() ? step.asks() + ": " : "") + step.answer() + ".");
    }
    long failed = facts.count(Result.FAILED);
    if (failed > 0) {
      ask(
          "What does not work?",
          String.join(
              " ",
              facts.requirements().stream()
                  .filter(it -> it.result() == Result.FAILED)
                  .map(it -> "%s: %s.".formatted(it.id(), it.statement()))
                  .toList()));
    }
    if (!facts.drift().isEmpty()) {
      ask(
          "Where do plan and project differ?",
          String.join(" ", facts.drift().stream().limit(10).map(it -> it.text()).toList()));
    }
  }
}
