package ai.bharatbuild.agents.documents;

import io.vertx.core.Future;

/** Whoever can write a section better, such as a language model. Documents are whole without. */
public interface Prose {
  /**
   * Writes a section anew.
   *
   * @param document title of the document
   * @param section heading of the section
   * @param draft what stands there
   * @return plain text; a failure leaves the draft
   */
  Future<String> write(String document, String section, String draft);
}
