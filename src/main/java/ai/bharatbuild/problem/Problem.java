package ai.bharatbuild.problem;

import java.util.List;

/**
 * What a caller is told about a failure: the members of {@code application/problem+json} (RFC 9457)
 * that the server decides. Never holds anything internal.
 *
 * @param status HTTP status
 * @param code stable name for programs
 * @param detail what happened and what to do, for people
 * @param errors wrong fields, or null
 * @param limit the limit that was passed, in bytes, or null
 * @param size what was asked for, in bytes, or null
 * @param retryAfter seconds after which to try again, or null
 */
public record Problem(
    int status,
    String code,
    String detail,
    List<FieldError> errors,
    Long limit,
    Long size,
    Integer retryAfter) {
  /** The same problem, told in other words. */
  public Problem withDetail(String other) {
    return new Problem(status, code, other, errors, limit, size, retryAfter);
  }
}
