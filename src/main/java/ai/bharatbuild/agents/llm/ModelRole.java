package ai.bharatbuild.agents.llm;

/** Which of a provider's models is meant; the table of models says what it is called. */
public enum ModelRole {
  /** For planning and writing. */
  LARGE,
  /** For what is simple and often: the first try of a repair, summaries. */
  SMALL
}
