package ai.bharatbuild.agents.llm;

import java.time.Duration;

/**
 * Why a model did not answer. The message is for people, short, and holds no key. Cheap: it carries
 * no stack trace, since it is an answer and not a defect.
 */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What went wrong. */
  public enum Kind {
    /** The key is missing, wrong, or may not do this. */
    AUTHENTICATION,
    /** The account is out of money or over a spending limit. */
    BILLING,
    RATE_LIMITED,
    OVERLOADED,
    /** The provider failed by itself. */
    SERVER_ERROR,
    /** The request is wrong; the same one never works. */
    INVALID_REQUEST,
    /** The request has more bytes or tokens than the model takes. */
    TOO_LARGE,
    /** Nothing came for too long. */
    TIMEOUT,
    /** No connection could be made, or it broke. */
    DROPPED,
    /** What came was not the protocol, or over its limits. */
    MALFORMED,
    /** The provider would not take the request. */
    REFUSED,
    /** The caller cancelled. */
    CANCELLED,
    /** A budget does not allow the call; it was not made. */
    BUDGET
  }

  private final Kind kind;
  private final boolean retryable;
  private final transient Duration retryAfter;
  private final String requestId;

  /**
   * @param retryAfter what the provider asked to wait, or null
   * @param requestId the provider's name of the call, or null
   */
  public ModelException(
      Kind kind, boolean retryable, Duration retryAfter, String requestId, String message) {
    super(message, null, false, false);
    this.kind = kind;
    this.retryable = retryable;
    this.retryAfter = retryAfter;
    this.requestId = requestId;
  }

  /** A failure that is retryable as its kind is. */
  public ModelException(Kind kind, String message) {
    this(kind, usuallyRetryable(kind), null, null, message);
  }

  /**
   * Whether the same call may work later. A rate limit is among these only with the time to wait:
   * without one it is a limit that waiting does not lift.
   */
  public static boolean usuallyRetryable(Kind kind) {
    return switch (kind) {
      case OVERLOADED, SERVER_ERROR, TIMEOUT, DROPPED, MALFORMED -> true;
      default -> false;
    };
  }

  public Kind kind() {
    return kind;
  }

  public boolean retryable() {
    return retryable;
  }

  public Duration retryAfter() {
    return retryAfter;
  }

  public String requestId() {
    return requestId;
  }

  @Override
  public String toString() {
    return kind + ": " + getMessage() + (requestId == null ? "" : " (request " + requestId + ")");
  }
}
