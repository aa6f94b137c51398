package ai.bharatbuild.http;

import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.FieldError;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The form of workspace ids; also fit for directory and host names. */
public final class WorkspaceId {
  private static final Pattern FORM = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
  private static final int MAX_LENGTH = 48;
  private static final Set<String> RESERVED = Set.of("create", "admin", "validate");

  private WorkspaceId() {}

  public static boolean valid(String id) {
    return id != null
        && id.length() <= MAX_LENGTH
        && FORM.matcher(id).matches()
        && !RESERVED.contains(id);
  }

  /** An id that something is to be made with; a bad one is 422. */
  public static String forCreation(String id) {
    if (valid(id)) {
      return id;
    }
    throw ApiException.validation(
        List.of(
            new FieldError(
                List.of("path", "id"),
                "id must have at most 48 characters: words of a-z and 0-9 joined by single hyphens",
                "value_error")));
  }

  /** An id that something should be found by; a bad one names nothing. */
  public static String inPath(String id) {
    if (valid(id)) {
      return id;
    }
    throw ApiException.notFound("workspace");
  }
}
