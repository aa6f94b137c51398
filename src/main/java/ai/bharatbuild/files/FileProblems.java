package ai.bharatbuild.files;

import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.Problem;

/** How failures of file operations are told over the API, for every feature alike. */
public final class FileProblems {
  private FileProblems() {}

  /** The API's failure for this one; what cannot be told is given back as it is. */
  public static RuntimeException toApi(FileFailure failure) {
    String detail = failure.getMessage();
    return switch (failure.kind()) {
      case INVALID_PATH -> ApiException.badRequest("invalid_path", detail);
      case NOT_FOUND -> new ApiException(404, "not_found", detail);
      case CONFLICT, DENIED -> ApiException.conflict("path_conflict", detail);
      case NOT_REGULAR -> ApiException.badRequest("not_a_regular_file", detail);
      case EXISTS -> ApiException.conflict("path_exists", detail);
      case NOT_EMPTY -> ApiException.conflict("directory_not_empty", detail);
      case TOO_LARGE ->
          new ApiException(
              new Problem(
                  413,
                  "too_large",
                  detail,
                  null,
                  failure.limit(),
                  failure.size() == 0 ? null : failure.size(),
                  null));
      case NO_SPACE ->
          new ApiException(new Problem(507, "no_space", detail, null, null, null, null));
      case IO -> failure;
    };
  }
}
