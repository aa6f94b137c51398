package ai.bharatbuild.agents.llm.wire;

import ai.bharatbuild.agents.llm.ModelEvent;
import ai.bharatbuild.agents.llm.ModelException;
import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Consumer;

/** Reads the events of one answer in a provider's protocol. One context. */
public abstract class EventReader {
  private final Consumer<ModelEvent> out;
  private boolean finished;

  /**
   * @param out takes the port's events
   */
  protected EventReader(Consumer<ModelEvent> out) {
    this.out = out;
  }

  /**
   * One event of the wire. Throws {@link ModelException}, for an error that it tells as well.
   *
   * @param name null where it has none
   */
  public abstract void event(String name, String data);

  /** The body ended. Throws when the protocol's own end did not come before. */
  public void end() {
    if (!finished) {
      throw new ModelException(
          ModelException.Kind.DROPPED, "The answer ended before it was complete.");
    }
  }

  /** Whether the last event was given. */
  public final boolean finished() {
    return finished;
  }

  protected final void give(ModelEvent event) {
    finished |= event instanceof ModelEvent.Finished;
    out.accept(event);
  }

  /** Gives a piece of text, unless it is empty. */
  protected final void text(String text) {
    if (!text.isEmpty()) {
      give(new ModelEvent.TextDelta(text));
    }
  }

  protected static JsonNode json(String data) {
    try {
      JsonNode node = Json.MAPPER.readTree(data);
      if (node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      throw malformed("an event that is no JSON");
    }
    throw malformed("an event that is no JSON object");
  }

  protected static ModelException malformed(String what) {
    return new ModelException(ModelException.Kind.MALFORMED, "The answer has " + what + ".");
  }
}
