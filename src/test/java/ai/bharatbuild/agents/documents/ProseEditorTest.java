package ai.bharatbuild.agents.documents;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.documents.paper.Block.Note.Tone;
import ai.bharatbuild.agents.documents.paper.Paper;
import ai.bharatbuild.agents.documents.paper.PaperBuilder;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProseEditorTest {
  private static final Paper PAPER =
      new PaperBuilder()
          .heading(1, "Scope")
          .text("It keeps fees, see REQ-001 and REQ-002.")
          .note(Tone.WARNING, "Not verified.")
          .heading(1, "Purpose")
          .text("To tell.")
          .build("Requirements", "Fee desk", Samples.AT);

  private static String edited(Future<String> answer) {
    Prose prose = (document, section, draft) -> answer;
    Paper paper = new ProseEditor(prose, Set.of("Scope")).edit(PAPER).result();
    try {
      return new String(DocumentFiles.make(paper, Format.MD), StandardCharsets.UTF_8);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aSectionIsWrittenAnewAndMarked() {
    assertThat(
            edited(Future.succeededFuture("Fees (REQ-001) are kept.\nREQ-002 shows <b>them</b>.")))
        .contains("Fees (REQ-001) are kept. †", "REQ-002 shows &lt;b&gt;them&lt;/b&gt;. †")
        .contains("Not verified.", "To tell.\n", "† Written by a language model.")
        .doesNotContain("It keeps fees");
  }

  @Test
  void whatDropsOrInventsARequirementIsRefused() {
    for (String text :
        new String[] {"Fees, REQ-001.", "REQ-001 REQ-002 REQ-003", " ", "x".repeat(9_000)}) {
      assertThat(edited(Future.succeededFuture(text)))
          .contains("It keeps fees, see REQ-001 and REQ-002.\n")
          .doesNotContain("†");
    }
  }

  @Test
  void aFailureLeavesTheDraft() {
    assertThat(edited(Future.failedFuture("no model"))).contains("It keeps fees");
  }
}
