package ai.bharatbuild.agents.work;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * What a run is asked for.
 *
 * @param prompt what the user wants
 * @param projectType what the user wants it to be made with, or null for the planner's choice
 * @param existing whether the workspace has a project that is to be changed, not one to be made
 * @param pictures that go with the prompt
 * @param errors that the user has seen, told by {@code /orchestrator/fix}
 * @param userEdits paths that the user changed since agents wrote last; what is in them is the
 *     user's and stays unless the prompt asks for other
 */
public record Brief(
    String prompt,
    String projectType,
    boolean existing,
    List<Picture> pictures,
    List<SeenError> errors,
    List<String> userEdits) {
  public Brief {
    pictures = List.copyOf(pictures);
    errors = List.copyOf(errors);
    userEdits = List.copyOf(userEdits);
  }

  /** A picture, such as a sketch of a page. */
  public record Picture(String mediaType, Buffer bytes) {}

  /**
   * An error that was seen.
   *
   * @param file null where it is not known
   * @param line 0 where it is not known
   */
  public record SeenError(String file, int line, String message) {}
}
