package ai.bharatbuild.agents.documents;

/** No prose is to be had; the template's text stays. Cheap: it is an answer and not a defect. */
public final class ProseException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean lasting;

  /**
   * @param why a clause for readers of documents, such as {@code the language model did not answer}
   * @param lasting whether asking for other sections would be in vain, too
   */
  public ProseException(String why, boolean lasting) {
    super(why, null, false, false);
    this.lasting = lasting;
  }

  public boolean lasting() {
    return lasting;
  }
}
