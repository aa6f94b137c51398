package ai.bharatbuild.agents.documents;

import ai.bharatbuild.agents.documents.content.Known;

/**
 * Whoever can write sections of documents in better prose, such as a language model. Documents are
 * whole without. Asked on one thread after another, which may be blocked.
 */
public interface Prose {
  /** Who writes, in words for readers of documents. */
  String author();

  /**
   * Writes a section anew.
   *
   * @return plain text in which values stand by their names, such as {@code {{files}}}
   * @throws ProseException when there is none to be had
   */
  String write(Section section);

  /**
   * What is to be written.
   *
   * @param document title of the document
   * @param heading of the section
   * @param draft what stands there
   * @param refused an earlier answer that could not be taken, or null
   */
  record Section(String document, String heading, String draft, Known known, Refused refused) {}

  /**
   * An answer that could not be taken.
   *
   * @param fault why, as a clause such as {@code it has the figure 12}
   */
  record Refused(String text, String fault) {}
}
