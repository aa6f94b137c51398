package ai.bharatbuild.agents.edit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.edit.FileEdit.Block;
import ai.bharatbuild.agents.edit.SourceText.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Changes that programs made come out exactly, whatever is in the files. */
class EditsPropertyTest {
  /** Two versions of one file. */
  record Versions(String before, String after) {}

  @Provide
  Arbitrary<Versions> versions() {
    Arbitrary<String> line =
        Arbitraries.of(
            "",
            " ",
            "a",
            "b",
            "  a",
            "x = 1",
            "}",
            "@@ -1 +1 @@",
            "--- a",
            "+++ b",
            "\\ x",
            "-",
            "+",
            ">>>>>>> END w1",
            "<<<<<<< FILE x w1",
            "------- SEARCH w1",
            "======= REPLACE w1",
            "é🚀");
    Arbitrary<List<String>> lines = line.list().ofMaxSize(25);
    Arbitrary<Long> seeds = Arbitraries.longs();
    return Combinators.combine(
            lines,
            seeds,
            Arbitraries.of("\n", "\r\n"),
            Arbitraries.of(true, false),
            Arbitraries.of(true, false),
            line)
        .as(
            (old, seed, end, openBefore, openAfter, fresh) ->
                new Versions(
                    join(old, end, openBefore), join(edited(old, fresh, seed), end, openAfter)));
  }

  private static List<String> edited(List<String> old, String fresh, long seed) {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>(old);
    for (int i = random.nextInt(5); i > 0; i--) {
      int at = random.nextInt(lines.size() + 1);
      switch (random.nextInt(3)) {
        case 0 -> lines.add(at, fresh + random.nextInt(3));
        case 1 -> {
          if (at < lines.size()) {
            lines.remove(at);
          }
        }
        default -> {
          if (at < lines.size()) {
            lines.set(at, fresh);
          }
        }
      }
    }
    return lines;
  }

  private static String join(List<String> lines, String end, boolean open) {
    // A last line that is empty and has no end is no line.
    String text = String.join(end, lines);
    return lines.isEmpty() || (open && !lines.getLast().isEmpty()) ? text : text + end;
  }

  @Property(tries = 2000)
  void aDiffLeadsFromTheOldToTheNew(@ForAll("versions") Versions versions) {
    if (versions.before().equals(versions.after())) {
      return;
    }
    for (int context : new int[] {0, 1, 3}) {
      String diff = unified(versions, context);

      EditResult result =
          Edits.apply(versions.before(), new FileEdit.Diff("f", DiffParser.parse(diff)));

      assertThat(result)
          .as(diff)
          .isInstanceOfSatisfying(
              EditResult.Applied.class,
              applied -> {
                assertThat(applied.content()).isEqualTo(versions.after());
                assertThat(applied.inexact()).isFalse();
              });
    }
  }

  @Property(tries = 1000)
  void textRoundTripsWhateverTheFilesHold(@ForAll("versions") Versions versions) {
    EditText form = EditText.avoiding(List.of(versions.before(), versions.after()), new Random(1));
    List<FileEdit> edits =
        List.of(
            new FileEdit.Whole("a", versions.before()), new FileEdit.Whole("b", versions.after()));

    assertThat(form.parse(form.write(edits)).edits()).isEqualTo(edits);
  }

  @Property(tries = 1000)
  void aRejectedOrAppliedChangeOfUniqueLinesIsNeverHalf(@ForAll("versions") Versions versions) {
    EditResult result =
        Edits.apply(
            versions.before(),
            new FileEdit.Replacements(
                "f", List.of(new Block("a\n", "unique-1\n"), new Block("x = 1\n", "unique-2\n"))));

    if (result instanceof EditResult.Applied applied) {
      assertThat(applied.content()).contains("unique-1", "unique-2");
    } else {
      assertThat(((EditResult.Rejected) result).failures()).isNotEmpty();
    }
  }

  /** Operations that lead from one to the other, by a longest common subsequence. */
  private static List<FileEdit.DiffLine> script(SourceText old, SourceText now) {
    int[][] common = new int[old.size() + 1][now.size() + 1];
    for (int i = old.size() - 1; i >= 0; i--) {
      for (int j = now.size() - 1; j >= 0; j--) {
        common[i][j] =
            old.line(i).equals(now.line(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    List<FileEdit.DiffLine> script = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < old.size() || j < now.size()) {
      if (i < old.size() && j < now.size() && old.line(i).equals(now.line(j))) {
        script.add(line(' ', old.line(i++)));
        j++;
      } else if (i < old.size() && (j == now.size() || common[i + 1][j] >= common[i][j + 1])) {
        script.add(line('-', old.line(i++)));
      } else {
        script.add(line('+', now.line(j++)));
      }
    }
    return script;
  }

  private static FileEdit.DiffLine line(char sign, Line line) {
    return new FileEdit.DiffLine(sign, line.text(), line.end());
  }

  private static String unified(Versions versions, int context) {
    List<FileEdit.DiffLine> script =
        script(SourceText.of(versions.before()), SourceText.of(versions.after()));
    StringBuilder diff = new StringBuilder("--- a/f\n+++ b/f\n");
    int old = 0;
    int now = 0;
    int at = 0;
    while (at < script.size()) {
      int change = at;
      while (change < script.size() && script.get(change).sign() == ' ') {
        change++;
      }
      if (change == script.size()) {
        break;
      }
      int begin = Math.max(at, change - context);
      int end = end(script, change, context);
      old += begin - at;
      now += begin - at;
      List<FileEdit.DiffLine> hunk = script.subList(begin, end);
      int olds = (int) hunk.stream().filter(line -> line.sign() != '+').count();
      int news = (int) hunk.stream().filter(line -> line.sign() != '-').count();
      diff.append(
          "@@ -%d,%d +%d,%d @@\n"
              .formatted(olds == 0 ? old : old + 1, olds, news == 0 ? now : now + 1, news));
      hunk.forEach(line -> append(diff, line));
      old += olds;
      now += news;
      at = end;
    }
    return diff.toString();
  }

  /** A hunk goes on while the next change is within twice the context. */
  private static int end(List<FileEdit.DiffLine> script, int change, int context) {
    int last = change;
    for (int i = change; i < script.size() && i - last <= 2 * context + 1; i++) {
      last = script.get(i).sign() == ' ' ? last : i;
    }
    return Math.min(script.size(), last + 1 + context);
  }

  private static void append(StringBuilder diff, FileEdit.DiffLine line) {
    diff.append(line.sign()).append(line.text());
    diff.append(line.end().isEmpty() ? "\n\\ No newline at end of file\n" : line.end());
  }
}
