package ai.bharatbuild.agents.documents.content;

import ai.bharatbuild.agents.documents.facts.Drift;
import ai.bharatbuild.agents.documents.facts.Facts;
import ai.bharatbuild.agents.documents.facts.Requirement;
import ai.bharatbuild.agents.documents.facts.Requirement.Result;
import ai.bharatbuild.agents.documents.facts.SourceFile;
import ai.bharatbuild.agents.documents.facts.Verification;
import ai.bharatbuild.agents.documents.paper.Block.Note.Tone;
import ai.bharatbuild.agents.documents.paper.PaperBuilder;
import ai.bharatbuild.agents.plan.Plan.PlannedFile;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What several documents have in common. */
final class Parts {
  /** Where facts end, a document says so instead of making something up. */
  static final String UNSTATED = "The facts of the project say nothing of this.";

  private static final String TOP = "(top)";
  private static final int MOST_PLACES = 12;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Parts() {}

  static String name(Facts facts) {
    return facts.project().name();
  }

  static String directory(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? TOP : path.substring(0, slash);
  }

  static String or(String text, String otherwise) {
    return text.isEmpty() ? otherwise : text;
  }

  /** What the owner said of something, as a draft; or that nothing is known, which stays. */
  static void said(PaperBuilder out, String words) {
    if (words.isEmpty()) {
      out.text(UNSTATED);
    } else {
      out.prose(words);
    }
  }

  /** Where the files lie, in a sentence. */
  static String layout(Facts facts) {
    List<String> places =
        facts.files().stream()
            .map(it -> directory(it.path()))
            .map(it -> it.equals(TOP) ? "at the top" : "in " + it)
            .distinct()
            .sorted()
            .toList();
    if (places.isEmpty()) {
      return "The project has no files yet.";
    }
    String more = places.size() > MOST_PLACES ? " and elsewhere" : "";
    return "The files of the project lie "
        + String.join(", ", places.subList(0, Math.min(MOST_PLACES, places.size())))
        + more
        + ".";
  }

  /** What it is made with, in words; never empty. */
  static String stack(Facts facts) {
    List<String> names = new ArrayList<>(facts.project().stack());
    if (!facts.project().framework().isEmpty()) {
      names.addFirst(facts.project().framework());
    }
    if (names.isEmpty() && facts.plan() != null) {
      names.add(facts.plan().stack());
    }
    return names.isEmpty()
        ? "nothing that the facts name"
        : names.stream().distinct().collect(Collectors.joining(", "));
  }

  static String count(long number, String one, String many) {
    return number + " " + (number == 1 ? one : many);
  }

  private static String time(Instant at) {
    return TIME.format(at);
  }

  /** One sentence on whether the project works, by the evidence. */
  static String standing(Facts facts) {
    Verification seen = facts.verification();
    if (seen == null) {
      return "The project was not verified yet: nothing shows that it installs, builds or passes"
          + " its tests.";
    }
    if (facts.stale()) {
      return "The files changed after the verification of %s, so its evidence does not hold any more."
          .formatted(time(seen.at()));
    }
    return seen.verified()
        ? "The project was verified on %s: every command succeeded%s."
            .formatted(
                time(seen.at()), seen.probe() == null ? "" : " and the running program answered")
        : "The project was verified on %s and did not pass.".formatted(time(seen.at()));
  }

  static void standing(PaperBuilder out, Facts facts) {
    out.note(facts.verified() ? Tone.GOOD : Tone.WARNING, standing(facts));
  }

  static void requirements(PaperBuilder out, String caption, List<Requirement> requirements) {
    out.table(
        caption,
        List.of("Id", "Requirement", "From", "Result"),
        List.of(15, 47, 19, 19),
        requirements.stream()
            .map(it -> List.of(it.id(), it.statement(), it.source(), it.result().text()))
            .toList());
  }

  /** Every requirement with its files, tests and result. */
  static void trace(PaperBuilder out, Facts facts) {
    Map<String, SourceFile> present =
        facts.files().stream().collect(Collectors.toMap(SourceFile::path, Function.identity()));
    out.table(
        "Requirements, files, tests and results",
        List.of("Id", "Files", "Tests", "Result"),
        List.of(15, 36, 31, 18),
        facts.requirements().stream()
            .map(
                it ->
                    List.of(
                        it.id(),
                        files(it, present),
                        it.tests().isEmpty() ? "–" : String.join(", ", it.tests()),
                        it.result().text()))
            .toList());
  }

  private static String files(Requirement requirement, Map<String, SourceFile> present) {
    return requirement.files().isEmpty()
        ? "–"
        : requirement.files().stream()
            .map(path -> present.containsKey(path) ? path : path + " (missing)")
            .collect(Collectors.joining(", "));
  }

  static void drift(PaperBuilder out, Facts facts) {
    if (facts.drift().isEmpty()) {
      out.text("Plan, files, requirements and evidence agree.");
      return;
    }
    out.note(
        Tone.WARNING,
        "Plan, files, requirements and evidence do not agree in %s."
            .formatted(count(facts.drift().size(), "place", "places")));
    out.table(
        "Drift",
        List.of("What", "Where", "Details"),
        List.of(26, 26, 48),
        facts.drift().stream().map(Parts::row).toList());
  }

  private static List<String> row(Drift drift) {
    return List.of(drift.kind().title(), drift.subject(), drift.text());
  }

  static void evidence(PaperBuilder out, Facts facts) {
    standing(out, facts);
    Verification seen = facts.verification();
    if (seen == null) {
      return;
    }
    out.table(
        "Commands that were run",
        List.of("Step", "Command", "Outcome", "Seconds"),
        List.of(14, 44, 28, 14),
        seen.commands().stream()
            .map(
                it ->
                    List.of(
                        it.name(),
                        it.line(),
                        VerifyStep.outcome(it),
                        String.format(Locale.ROOT, "%.1f", it.seconds())))
            .toList());
    if (seen.probe() != null) {
      out.text(
          "A GET of %s on port %d was answered with %s; %d was expected."
              .formatted(
                  seen.probe().path(),
                  seen.probe().port(),
                  seen.probe().answered() == null ? "nothing" : seen.probe().answered(),
                  seen.probe().expected()));
    }
    if (!seen.imageDigest().isEmpty()) {
      out.text("It ran in the image " + seen.imageDigest() + ".");
    }
  }

  static void files(PaperBuilder out, Facts facts) {
    Map<String, String> purposes =
        facts.plan() == null
            ? Map.of()
            : facts.plan().files().stream()
                .collect(Collectors.toMap(PlannedFile::path, PlannedFile::purpose));
    out.table(
        "Files",
        List.of("Path", "Language", "Lines", "Purpose"),
        List.of(34, 16, 10, 40),
        facts.files().stream()
            .map(
                it ->
                    List.of(
                        it.path(),
                        it.language(),
                        Integer.toString(it.lines()),
                        purposes.getOrDefault(it.path(), "–")))
            .toList());
  }

  static String sizes(Facts facts) {
    return "It has %s with %s, of which %s."
        .formatted(
            count(facts.files().size(), "file", "files"),
            count(facts.lines(), "line", "lines"),
            facts.tests().size() == 1
                ? "one file is a test"
                : facts.tests().size() + " files are tests");
  }

  static String results(Facts facts) {
    return "Of %s, %d %s met, %d failed, %d %s no test of %s own and %d %s not verified."
        .formatted(
            count(facts.requirements().size(), "requirement", "requirements"),
            facts.count(Result.MET),
            facts.count(Result.MET) == 1 ? "is" : "are",
            facts.count(Result.FAILED),
            facts.count(Result.NO_TEST),
            facts.count(Result.NO_TEST) == 1 ? "has" : "have",
            facts.count(Result.NO_TEST) == 1 ? "its" : "their",
            facts.count(Result.UNKNOWN) + facts.count(Result.STALE),
            facts.count(Result.UNKNOWN) + facts.count(Result.STALE) == 1 ? "is" : "are");
  }

  static List<Requirement> of(Facts facts, Requirement.Kind kind) {
    return facts.requirements().stream().filter(it -> it.kind() == kind).toList();
  }

  /** The plan's commands by their names; empty without a plan. */
  static List<List<String>> commands(Facts facts) {
    List<List<String>> rows = new ArrayList<>();
    if (facts.plan() != null) {
      var commands = facts.plan().commands();
      add(rows, "install", commands.install());
      add(rows, "build", commands.build());
      add(rows, "test", commands.test());
      add(rows, "run", commands.run());
    }
    return rows;
  }

  private static void add(List<List<String>> rows, String name, String line) {
    if (line != null) {
      rows.add(List.of(name, line));
    }
  }
}
