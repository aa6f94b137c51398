package ai.bharatbuild.agents.documents;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.documents.Journal.Event;
import ai.bharatbuild.agents.documents.Journal.Past;
import ai.bharatbuild.agents.documents.ProseEditor.Kept;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final Event FIRST = new Event("documents_starting", Map.of("total", 1));
  private static final Event LAST = new Event(GenerationLog.END, Map.of("made", 1));

  @TempDir Path root;

  private static GenerationRequest request(String id) {
    return new GenerationRequest(
        id,
        UUID.randomUUID(),
        UUID.randomUUID(),
        null,
        "local",
        List.of(new Wanted(DocumentKind.SRS, List.of(Format.MD, Format.PDF))),
        Instant.parse("2026-11-20T10:00:00Z"),
        10,
        20);
  }

  @Test
  void whatWasToldIsReadAgain() throws IOException {
    GenerationRequest request = request("a");
    Map<String, Object> nulls = new HashMap<>();
    nulls.put("type", null);
    Event error = new Event("document_error", nulls);
    try (Journal journal = new Journals(root.resolve("made")).open("a")) {
      journal.begin(request);
      journal.add(FIRST);
      journal.add(new Kept("srs/Scope", "Words.", null));
      journal.add(error);
    }
    Past past = new Journals(root.resolve("made")).read("a");
    assertThat(past.request()).isEqualTo(request);
    assertThat(past.events()).containsExactly(FIRST, error);
    assertThat(past.kept()).containsKey("srs/Scope");
    assertThat(past.ended()).isFalse();
  }

  @Test
  void aTornLineIsCutOffAndGoneOnAfter() throws IOException {
    Journals journals = new Journals(root);
    try (Journal journal = journals.open("b")) {
      journal.begin(request("b"));
      journal.add(FIRST);
    }
    Files.writeString(root.resolve("b.jsonl"), "{\"event\":{\"ty", StandardOpenOption.APPEND);
    assertThat(journals.read("b").events()).containsExactly(FIRST);
    try (Journal journal = journals.open("b")) {
      journal.add(LAST);
    }
    assertThat(journals.read("b").events()).containsExactly(FIRST, LAST);
    assertThat(journals.read("b").ended()).isTrue();
  }

  @Test
  void whatTellsNothingIsNone() throws IOException {
    Journals journals = new Journals(root);
    assertThat(journals.read("c")).isNull();
    Files.writeString(root.resolve("c.jsonl"), "{\"request\":");
    assertThat(journals.read("c")).isNull();
    Files.writeString(root.resolve("d.jsonl"), "nonsense\n");
    assertThat(journals.all(past -> true)).isEmpty();
  }

  @Test
  void aDiskThatTakesNothingHoldsUpNothing() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "no directory");
    try (Journal journal = new Journals(file).open("e")) {
      journal.begin(request("e"));
      journal.add(FIRST);
    }
    assertThat(file).hasContent("no directory");
  }

  @Test
  void oldOnesAreSwept() throws IOException {
    Journals journals = new Journals(root);
    try (Journal journal = journals.open("f")) {
      journal.begin(request("f"));
    }
    journals.sweep(Instant.now().minusSeconds(60));
    assertThat(journals.read("f")).isNotNull();
    journals.sweep(Instant.now().plusSeconds(60));
    assertThat(journals.read("f")).isNull();
  }
}
