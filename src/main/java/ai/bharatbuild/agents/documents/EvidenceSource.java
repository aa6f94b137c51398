package ai.bharatbuild.agents.documents;

import ai.bharatbuild.agents.documents.facts.Verification;
import io.vertx.core.Future;

/**
 * Where evidence comes from: from what this server saw itself. Files of a project are never
 * evidence, since whoever writes the project writes them, too.
 */
public interface EvidenceSource {
  /** Nothing was verified. */
  EvidenceSource NONE = (jobId, owner) -> Future.succeededFuture();

  /** The last verification of a job, or null. */
  Future<Verification> of(String jobId, String owner);
}
