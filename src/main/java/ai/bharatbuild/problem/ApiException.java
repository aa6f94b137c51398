package ai.bharatbuild.problem;

import java.util.List;

/**
 * A failure that the caller is told of. Cheap: it carries no stack trace, since it is an answer and
 * not a defect.
 */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final transient Problem problem;

  public ApiException(Problem problem) {
    super(problem.code() + ": " + problem.detail(), null, false, false);
    this.problem = problem;
  }

  public ApiException(int status, String code, String detail) {
    this(new Problem(status, code, detail, null, null, null, null));
  }

  public Problem problem() {
    return problem;
  }

  public static ApiException badRequest(String code, String detail) {
    return new ApiException(400, code, detail);
  }

  /** Also for what belongs to somebody else: its existence is not told. */
  public static ApiException notFound(String what) {
    return new ApiException(404, "not_found", what + " not found");
  }

  public static ApiException conflict(String code, String detail) {
    return new ApiException(409, code, detail);
  }

  public static ApiException tooLarge(String detail, long limit, long size) {
    return new ApiException(new Problem(413, "too_large", detail, null, limit, size, null));
  }

  public static ApiException validation(List<FieldError> errors) {
    String detail =
        errors.size() == 1
            ? errors.getFirst().msg()
            : errors.size() + " fields are wrong; see errors";
    return new ApiException(
        new Problem(422, "validation_failed", detail, errors, null, null, null));
  }

  /** One wrong field of the body. */
  public static ApiException invalidField(String field, String msg, String type) {
    return validation(List.of(new FieldError(List.of("body", field), msg, type)));
  }

  /** A part that the call needs is missing; {@code detail} names it and says what to do. */
  public static ApiException unavailable(String detail) {
    return new ApiException(new Problem(503, "unavailable", detail, null, null, null, 5));
  }

  /** The server is too busy for this call now. */
  public static ApiException busy(String detail, int retryAfterSeconds) {
    return new ApiException(new Problem(503, "busy", detail, null, null, null, retryAfterSeconds));
  }
}
