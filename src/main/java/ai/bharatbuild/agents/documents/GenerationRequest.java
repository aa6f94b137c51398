package ai.bharatbuild.agents.documents;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What documents were asked for; never changes.
 *
 * @param id a UUID, or what {@link #ofRun} gives
 * @param account the caller's row in the database
 * @param apiKey key that the call was made with, or null
 * @param owner to whom the project's jobs belong
 * @param at the date that the documents bear
 * @param maxCostMicros what the model may cost, in millionths of its currency
 * @param maxTokens what its calls may use together
 */
record GenerationRequest(
    String id,
    UUID project,
    UUID account,
    UUID apiKey,
    String owner,
    List<Wanted> wanted,
    Instant at,
    long maxCostMicros,
    long maxTokens) {
  private static final String RUN = "run-";

  GenerationRequest {
    wanted = List.copyOf(wanted);
  }

  /** The id of the documents that a run makes. */
  static String ofRun(String verified) {
    return RUN + verified;
  }

  /** Whether a run makes them, which then sees to it that they are finished. */
  boolean byRun() {
    return id.startsWith(RUN);
  }
}
