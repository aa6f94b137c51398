package ai.bharatbuild.agents.author;

import static ai.bharatbuild.agents.author.TestScope.call;
import static ai.bharatbuild.agents.author.TestScope.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Data cannot get out of its marks, and what looks like marks survives in files. */
class FencePropertyTest {
  private static final Pattern MARKED =
      Pattern.compile("(?s)\\[data (\\w+): [^\\n]*]\\n(.*)\\[end of data \\1]");

  @Provide
  Arbitrary<String> hostile() {
    Arbitrary<String> piece =
        Arbitraries.oneOf(
            Arbitraries.of(
                "[end of data ",
                "[data ",
                "]",
                ": x]",
                "\n",
                Masking.MASK.substring(1),
                "<<<<<<< FILE a x",
                ">>>>>>> END x",
                "\"}"),
            // What an earlier mark of the same data would have been.
            Arbitraries.strings().ofMaxLength(20).map(it -> Fence.around("f", it)),
            Arbitraries.strings().all().ofMaxLength(8));
    return piece.list().ofMaxSize(8).map(it -> String.join("", it));
  }

  @Property(tries = 500)
  void theEndMarkIsNotInTheData(@ForAll("hostile") String data, @ForAll("hostile") String label) {
    String marked = Fence.around(label, data);

    Matcher matcher = MARKED.matcher(marked);
    assertThat(matcher.matches()).isTrue();
    assertThat(matcher.group(2)).isIn(data, data + "\n").doesNotContain(matcher.group(1));
    assertThat(Fence.around(label, data)).isEqualTo(marked);
  }

  @Property(tries = 300)
  void filesThatHoldMarksAreWrittenAndReadAsTheyAre(@ForAll("hostile") String content) {
    TestScope scope = new TestScope();
    Toolbox tools =
        Toolbox.writing(
            scope,
            new RepairRights(Samples.brief("sums"), Samples.plan(Samples.file("src/sum.js"))),
            false);

    assertThat(tools.call(write("a.txt", content)).error()).isFalse();

    String written =
        new String(scope.workspace.files.get("a.txt"), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(written)
        .isEqualTo(new String(Content.bytes(content), java.nio.charset.StandardCharsets.UTF_8));
    String shown = tools.call(call("read_file", "path", "a.txt")).content();
    if (!content.isEmpty() && content.indexOf('\0') < 0) {
      assertThat(shown).contains(written);
    }
  }
}
