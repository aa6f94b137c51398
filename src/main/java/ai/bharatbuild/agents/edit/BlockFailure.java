package ai.bharatbuild.agents.edit;

/**
 * Why a block could not be applied.
 *
 * @param block its number in the change, from 1
 * @param reason for the model
 * @param lines the file's real lines that it may have meant, with their numbers; may be empty
 */
public record BlockFailure(int block, String reason, String lines) {
  /** All of it, for the model. */
  public String told() {
    return "Block %d: %s%s".formatted(block, reason, lines.isEmpty() ? "" : "\n" + lines);
  }
}
