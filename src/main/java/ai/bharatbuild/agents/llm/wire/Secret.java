package ai.bharatbuild.agents.llm.wire;

/** A key, which shows itself to nobody who did not ask for it by name. */
public final class Secret {
  private static final int SHORTEST = 6;
  private final String value;

  public Secret(String value) {
    this.value = value;
  }

  String reveal() {
    return value;
  }

  public boolean isEmpty() {
    return value.isEmpty();
  }

  /** The text without the key in it. */
  public String removeFrom(String text) {
    return value.length() < SHORTEST ? text : text.replace(value, "[key]");
  }

  @Override
  public String toString() {
    return "[key]";
  }
}
