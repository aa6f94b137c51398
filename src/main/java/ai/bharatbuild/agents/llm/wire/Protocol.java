package ai.bharatbuild.agents.llm.wire;

import ai.bharatbuild.agents.llm.ModelEvent;
import ai.bharatbuild.agents.llm.ModelException;
import ai.bharatbuild.agents.llm.ModelRequest;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/** A provider's protocol. Holds no state of a call; safe on any thread. */
public interface Protocol {
  /** As {@link ai.bharatbuild.agents.llm.LanguageModel#provider}. */
  String provider();

  /** The request of an answer. Throws {@link ModelException} for what cannot be said in it. */
  WireRequest answer(ModelRequest request);

  /** Reads one answer. */
  EventReader reader(ModelRequest request, WireHead head, Consumer<ModelEvent> out);

  /** The request that counts tokens, or null where there is none. */
  WireRequest count(ModelRequest request);

  /** What the answer to it says. */
  long counted(JsonNode answer);

  /** What an answer with another status than 2xx means; the body may be cut off. */
  ModelException failure(WireHead head, Buffer body);
}
