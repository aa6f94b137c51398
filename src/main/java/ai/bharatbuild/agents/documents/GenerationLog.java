package ai.bharatbuild.agents.documents;

import ai.bharatbuild.agents.documents.Journal.Event;
import ai.bharatbuild.agents.documents.Journal.Past;
import ai.bharatbuild.agents.documents.ProseEditor.Kept;
import ai.bharatbuild.agents.llm.Usage;
import ai.bharatbuild.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * How far a generation is: its events, each of which is on disk before anybody hears of it, and
 * what was written. For one thread.
 */
final class GenerationLog {
  /** The last event. */
  static final String END = "all_documents_complete";

  static final String MADE = "document_complete";
  static final String FAILED = "document_error";
  static final String CALL = "model_call";

  private final Journal journal;
  private final Consumer<Event> listener;
  private final List<Event> events;
  private final Map<String, Kept> kept;

  /**
   * @param past what the journal holds
   */
  GenerationLog(Journal journal, Past past, Consumer<Event> listener) {
    this.journal = journal;
    this.listener = listener;
    this.events = new ArrayList<>(past.events());
    this.kept = new LinkedHashMap<>(past.kept());
  }

  void tell(String type, Map<String, Object> data) {
    Event event = new Event(type, data);
    journal.add(event);
    events.add(event);
    listener.accept(event);
  }

  /** Tells an event of a document, or of one of its files, unless that was told before. */
  void once(String type, DocumentKind kind, Format format, Map<String, Object> data) {
    if (!told(type, kind, format)) {
      tell(type, data);
    }
  }

  /** Whether an event of a document, and of its file unless {@code format} is null, was told. */
  boolean told(String type, DocumentKind kind, Format format) {
    return of(type)
        .anyMatch(
            data ->
                kind.text().equals(data.get("type"))
                    && (format == null || format.text().equals(data.get("format"))));
  }

  boolean told(String type) {
    return of(type).findAny().isPresent();
  }

  int count(String type) {
    return (int) of(type).count();
  }

  private Stream<Map<String, Object>> of(String type) {
    return events.stream().filter(it -> it.type().equals(type)).map(Event::data);
  }

  /** What calls of models cost so far. */
  Cost cost() {
    Cost sum = new Cost(0, 0, 0);
    for (Map<String, Object> call : of(CALL).toList()) {
      sum = sum.plus(Json.MAPPER.convertValue(call, Call.class));
    }
    return sum;
  }

  private record Call(Usage usage, long costMicros) {}

  /** A sum of calls. */
  record Cost(long calls, long tokens, long costMicros) {
    private Cost plus(Call call) {
      return new Cost(calls + 1, tokens + call.usage().total(), costMicros + call.costMicros());
    }
  }

  /** What was written of sections, by key; may be added to. */
  Map<String, Kept> kept() {
    return kept;
  }

  void keep(Kept written) {
    journal.add(written);
  }
}
