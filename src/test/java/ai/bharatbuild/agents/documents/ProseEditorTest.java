package ai.bharatbuild.agents.documents;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.documents.ProseEditor.Edited;
import ai.bharatbuild.agents.documents.ProseEditor.Kept;
import ai.bharatbuild.agents.documents.content.Known;
import ai.bharatbuild.agents.documents.paper.Block.Note.Tone;
import ai.bharatbuild.agents.documents.paper.Paper;
import ai.bharatbuild.agents.documents.paper.PaperBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProseEditorTest {
  private static final Paper PAPER =
      new PaperBuilder()
          .heading(1, "Scope")
          .prose("It keeps fees.")
          .text("It has 8 files.")
          .note(Tone.WARNING, "Not verified.")
          .heading(1, "Purpose")
          .prose("To tell.")
          .heading(1, "Facts")
          .text("Nothing else.")
          .build("Requirements", "Fee desk", Samples.AT);

  /** Answers in turn; an exception is thrown. */
  private static final class Answers implements Prose {
    private final Deque<Object> left;
    private final List<Section> asked = new ArrayList<>();

    Answers(Object... answers) {
      left = new ArrayDeque<>(Arrays.asList(answers));
    }

    @Override
    public String author() {
      return "the language model small-1";
    }

    @Override
    public String write(Section section) {
      asked.add(section);
      Object next = left.removeFirst();
      if (next instanceof ProseException e) {
        throw e;
      }
      return (String) next;
    }
  }

  private final Map<String, Kept> memory = new HashMap<>();
  private final List<Kept> journal = new ArrayList<>();

  private Edited edit(Prose prose) {
    return new ProseEditor(prose, Known.of(Samples.whole()), memory, journal::add)
        .edit(DocumentKind.SRS, PAPER);
  }

  private static String shown(Edited edited) {
    try {
      return new String(DocumentFiles.make(edited.paper(), Format.MD), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void draftsAreWrittenAnewAndMarkedAndFactsStay() {
    Edited edited =
        edit(new Answers("Fees ({{REQ-001}}) are kept.\nA page shows <b>them</b>.", "It tells."));
    assertThat(edited.written()).containsExactly("Scope", "Purpose");
    assertThat(shown(edited))
        .contains("Fees (REQ-001) are kept. †", "A page shows &lt;b&gt;them&lt;/b&gt;. †")
        .contains("It tells. †", "It has 8 files.\n", "Not verified.", "Nothing else.\n")
        .contains("† Written by the language model small-1 from the project's facts")
        .doesNotContain("It keeps fees", "As the template has it");
  }

  @Test
  void whatCannotBeTakenMayBeWrittenOnceMore() {
    Answers answers = new Answers("It has 9 files.", "It has {{files}}.", "It tells.");
    assertThat(shown(edit(answers))).contains("It has 8 files. †");
    assertThat(answers.asked.get(1).refused().text()).isEqualTo("It has 9 files.");
    assertThat(answers.asked.get(1).refused().fault()).contains("the figure “9”");
  }

  @Test
  void whatCannotBeTakenTwiceStaysAsTheTemplateHasItAndTheDocumentSaysSo() {
    Edited edited = edit(new Answers("It has 9 files.", "REQ-001 is met.", "It tells."));
    assertThat(edited.left()).containsOnlyKeys("Scope");
    assertThat(shown(edited))
        .contains("It keeps fees.\n", "It tells. †")
        .contains("As the template has it: Scope (what the language model wrote was not taken");
  }

  @Test
  void oneRefusalLeavesOneSection() {
    Edited edited =
        edit(new Answers(new ProseException("the model refused to write it", false), "It tells."));
    assertThat(edited.written()).containsExactly("Purpose");
    assertThat(shown(edited)).contains("It keeps fees.\n", "Scope (the model refused to write it)");
  }

  @Test
  void afterAnOutageNobodyIsAskedAgain() {
    Answers answers = new Answers(new ProseException("the model did not answer", true));
    Edited edited = edit(answers);
    assertThat(answers.asked).hasSize(1);
    assertThat(edited.left()).containsOnlyKeys("Scope", "Purpose");
    assertThat(journal).isEmpty();
    assertThat(shown(edited))
        .contains("It keeps fees.\n", "To tell.\n")
        .contains("filled in from templates")
        .contains("As the template has it: Scope, Purpose (the model did not answer).")
        .doesNotContain("†");
  }

  @Test
  void withoutAModelTheDocumentSaysSo() {
    assertThat(shown(edit(null)))
        .contains("It keeps fees.\n", "no language model is configured")
        .doesNotContain("†");
  }

  @Test
  void whatWasWrittenBeforeIsNotAskedForAgain() {
    edit(new Answers("Fees in {{files}}.", "It has 9 files.", "It has 7 files."));
    assertThat(journal).extracting(Kept::key).containsExactly("srs/Scope", "srs/Purpose");

    Answers nobody = new Answers();
    Edited again = edit(nobody);
    assertThat(nobody.asked).isEmpty();
    assertThat(shown(again)).contains("Fees in 8 files. †", "To tell.\n");
  }
}
