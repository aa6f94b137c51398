package ai.bharatbuild.agents.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.agents.edit.EditResult.Applied;
import ai.bharatbuild.agents.edit.EditResult.Rejected;
import ai.bharatbuild.agents.edit.FileEdit.Block;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EditsTest {
  private static final String FILE =
      """
      import os

      def add(a, b):
          total = a + b
          return total

      def subtract(a, b):
          total = a - b
          return total
      """;

  private static EditResult replace(String file, String search, String replace) {
    return Edits.apply(
        file, new FileEdit.Replacements("f.py", List.of(new Block(search, replace))));
  }

  private static String applied(EditResult result) {
    return assertThat(result).isInstanceOf(Applied.class).actual() instanceof Applied it
        ? it.content()
        : null;
  }

  private static Rejected rejected(EditResult result) {
    assertThat(result).isInstanceOf(Rejected.class);
    return (Rejected) result;
  }

  private static EditResult diff(String file, String diff) {
    return Edits.apply(file, new FileEdit.Diff("f.py", DiffParser.parse(diff)));
  }

  @Test
  void anExactBlockIsReplaced() {
    assertThat(applied(replace(FILE, "    total = a - b\n", "    total = a - b - 0\n")))
        .isEqualTo(FILE.replace("a - b\n", "a - b - 0\n"));
  }

  @Test
  void aBlockIsFoundWithOtherWhitespaceAndItsReplacementIndentedAlike() {
    EditResult result =
        replace(FILE, "total  = a - b\nreturn total\n", "if a:\n    return b\nreturn a\n");

    assertThat(applied(result)).contains("    if a:\n        return b\n    return a\n");
    assertThat(((Applied) result).matches().getFirst().how()).isEqualTo(Match.How.WHITESPACE);
    assertThat(((Applied) result).inexact()).isTrue();
  }

  @Test
  void aBlockIsFoundByLikeness() {
    EditResult result =
        replace(
            FILE,
            "def subtract(a, b):\n    total = a - bb\n    return total\n",
            "def subtract(a, b):\n    return a - b\n");

    assertThat(applied(result)).endsWith("def subtract(a, b):\n    return a - b\n");
    assertThat(((Applied) result).matches().getFirst().how()).isEqualTo(Match.How.SIMILAR);
  }

  @Test
  void whatIsOnlyALittleAlikeIsToldWithTheRealLines() {
    Rejected result =
        rejected(
            replace(
                FILE, "def multiply(x, y):\n    product = x * y\n    print(product)\n", "pass\n"));

    assertThat(result.told()).contains("f.py was not changed", "not in the file", "| def ");
  }

  @Test
  void whatIsThereTwiceIsNotGuessed() {
    Rejected result = rejected(replace(FILE, "    return total\n", "    return 1\n"));

    assertThat(result.told()).contains("2 times, at lines 5, 9", "    5|     return total");
  }

  @Test
  void aFailedBlockLeavesTheOthersUndone() {
    Rejected result =
        rejected(
            Edits.apply(
                FILE,
                new FileEdit.Replacements(
                    "f.py",
                    List.of(
                        new Block("import os\n", "import sys\n"), new Block("nothing\n", "x\n")))));

    assertThat(result.failures()).hasSize(1);
    assertThat(result.failures().getFirst().block()).isEqualTo(2);
  }

  @Test
  void severalFilesAreChangedTogetherOrNotAtAll() {
    FileEdit good = new FileEdit.Whole("a", "new");
    FileEdit bad = new FileEdit.Replacements("b", List.of(new Block("zzz\n", "y\n")));

    assertThat(Edits.applyAll(Map.of("b", "x\n"), List.of(good, bad)).contents()).isEmpty();
    assertThat(Edits.applyAll(Map.of("b", "zzz\n"), List.of(good, bad)).contents())
        .isEqualTo(Map.of("a", "new", "b", "y\n"));
  }

  @Test
  void anEmptySearchIsForNewFiles() {
    assertThat(applied(replace(null, "", "hello\n"))).isEqualTo("hello\n");
    assertThat(rejected(replace("x\n", "", "hello\n")).told()).contains("not empty");
  }

  @Test
  void endsOfLinesStayThoseOfTheFile() {
    String crlf = "a\r\nb\r\nc";

    assertThat(applied(replace(crlf, "b\n", "x\ny\n"))).isEqualTo("a\r\nx\r\ny\r\nc");
    assertThat(applied(replace(crlf, "c\n", "d\n"))).isEqualTo("a\r\nb\r\nd");
    assertThat(applied(diff(crlf, "@@ -1,2 +1,2 @@\n a\n-b\n+x\n"))).isEqualTo("a\r\nx\r\nc");
  }

  @Test
  void wrongNumbersAndCountsOfADiffDoNotMatter() {
    String diff =
        """
        --- a/f.py
        +++ b/f.py
        @@ -70,9 +70,2 @@ def subtract
         def subtract(a, b):
        -    total = a - b
        +    total = b - a
             return total
        """;

    assertThat(applied(diff(FILE, diff))).isEqualTo(FILE.replace("a - b", "b - a"));
  }

  @Test
  void theNumberOfAHunkDecidesBetweenEqualPlaces() {
    String diff = "@@ -9 +9 @@\n-    return total\n+    return -total\n";

    assertThat(applied(diff(FILE, diff))).endsWith("return -total\n").contains("return total\n");
    assertThat(rejected(diff(FILE, diff.replace("-9 +9", "-7 +7"))).told()).contains("2 times");
  }

  @Test
  void theContextOfAHunkThatIsOnlyAlikeStaysTheFilesOwn() {
    String diff =
        "@@ -7,3 +7,3 @@\n"
            + " def substract(a, b):\n"
            + "-    total = a - b\n"
            + "+    total = 0\n"
            + "     return total\n";

    assertThat(applied(diff(FILE, diff))).isEqualTo(FILE.replace("a - b", "0"));
  }

  @Test
  void removedAndAddedLinesMayLookLikeHeaders() {
    String diff = "@@ -1,3 +1,3 @@\n a\n--- b\n+++ c\n d\n";

    assertThat(applied(diff("a\n-- b\nd\n", diff))).isEqualTo("a\n++ c\nd\n");
  }

  @Test
  void whatIsNoDiffIsSaid() {
    assertThatThrownBy(() -> DiffParser.parse("hello\n")).hasMessageContaining("no hunk");
    assertThatThrownBy(() -> DiffParser.parse("@@ -1 +1 @@\nhello\n"))
        .hasMessageContaining("is empty");
  }

  @Test
  void aLargeFileIsSearchedWithinItsBounds() {
    StringBuilder large = new StringBuilder();
    for (int i = 0; i < 200_000; i++) {
      large.append("line number ").append(i).append('\n');
    }
    String file = large.toString();

    assertThat(applied(replace(file, "line number 150000\n", "x\n"))).contains("\nx\nline number");
    rejected(replace(file, "line nr one\nline nr two\nline nr three\n", "x\n"));
  }

  @Test
  void aFileMayHoldTheMarkers() {
    EditText other = new EditText("abc123");
    String content =
        other.instructions() + "\n" + other.write(List.of(new FileEdit.Whole("x", "y\n"))) + "tail";
    EditText form = EditText.avoiding(List.of(content), new Random(3));
    List<FileEdit> edits =
        List.of(
            new FileEdit.Whole("docs/a.md", content),
            new FileEdit.Replacements(
                "b.md", List.of(new Block(content + "\n", "x\n"), new Block("q\n", ""))));

    EditText.Parsed parsed = form.parse("I do this:\n" + form.write(edits) + "Done.\n");

    assertThat(parsed.edits()).isEqualTo(edits);
    assertThat(parsed.unfinished()).isNull();
    assertThat(parsed.problems()).isEmpty();
  }

  @Test
  void whatTheEndOfAnAnswerCutOffIsNoChange() {
    EditText form = new EditText("w1");
    String whole =
        form.write(List.of(new FileEdit.Whole("a", "1\n"), new FileEdit.Whole("b", "2\n3\n")));
    int second = whole.indexOf("<<<<<<< FILE b");
    for (int cut = second + "<<<<<<< FILE b w1\n".length(); cut < whole.length() - 1; cut++) {
      EditText.Parsed parsed = form.parse(whole.substring(0, cut));
      assertThat(parsed.edits()).containsExactly(new FileEdit.Whole("a", "1\n"));
      assertThat(parsed.unfinished()).isEqualTo("b");
    }
  }

  @Test
  void aDiffInAnAnswerIsReadAndABrokenOneTold() {
    EditText form = new EditText("w1");
    EditText.Parsed parsed =
        form.parse(
            "<<<<<<< DIFF a.txt w1\n@@ -1 +1 @@\n-x\n+y\n>>>>>>> END w1\n"
                + "<<<<<<< DIFF b.txt w1\nnothing\n>>>>>>> END w1\n"
                + "<<<<<<< EDIT c.txt w1\nnothing\n>>>>>>> END w1\n");

    assertThat(applied(Edits.apply("x\n", parsed.edits().getFirst()))).isEqualTo("y\n");
    assertThat(parsed.problems()).hasSize(2);
    assertThat(parsed.problems().getFirst()).contains("b.txt", "no hunk");
  }
}
