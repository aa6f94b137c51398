package ai.bharatbuild.agents.work;

import ai.bharatbuild.agents.llm.ModelAnswer;
import ai.bharatbuild.agents.llm.ModelRequest;
import java.util.Map;

/** What a stage of a run has. Safe on several virtual threads of the run at once. */
public interface RunScope {
  Workspace workspace();

  /**
   * Asks the run's language model and waits for the whole answer. Retries, prices and budgets are
   * seen to. Throws {@link ai.bharatbuild.agents.llm.ModelException}.
   *
   * @param stage what the call is made for, such as {@code plan}; calls are summed by it
   */
  ModelAnswer ask(String stage, ModelRequest request);

  /** Whether the model takes pictures. */
  boolean takesPictures();

  /** What one answer of the model may have at most, in tokens. */
  int maxOutputTokens();

  /**
   * Adds an event to the run's log.
   *
   * @param type such as {@code file}
   * @param data becomes JSON
   */
  void tell(String type, Map<String, ?> data);

  /** Throws {@link RunStoppedException} when the run is to end. */
  void check();
}
