package ai.bharatbuild.agents.llm.wire;

import ai.bharatbuild.agents.llm.ModelException;
import ai.bharatbuild.agents.llm.ModelException.Kind;
import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** What the providers' errors have in common. */
public final class Failures {
  private static final int MAX_MESSAGE = 500;
  private static final long MAX_WAIT_SECONDS = 86_400;

  /** A code that says that waiting does not help: the account's own limit was reached. */
  private static final String SPEND_LIMIT = "enforced_spend_limit_reached";

  private Failures() {}

  /**
   * A failure in which the rules of all providers are kept: a rate limit is worth another try only
   * with the time to wait, a spending limit never, and nothing is when the provider says so.
   *
   * @param said all that was said, in which a spending limit is looked for
   * @param retryAfter or null
   * @param head or null
   */
  public static ModelException of(
      Kind kind, String message, String said, Duration retryAfter, WireHead head) {
    boolean spent = said.contains(SPEND_LIMIT);
    Kind real = spent ? Kind.BILLING : kind;
    boolean forbidden = head != null && "false".equals(head.header("x-should-retry"));
    boolean retryable =
        !forbidden
            && (real == Kind.RATE_LIMITED
                ? retryAfter != null
                : ModelException.usuallyRetryable(real));
    return new ModelException(
        real, retryable, retryAfter, head == null ? null : requestId(head), bounded(message));
  }

  /** The kind that a status means by itself. */
  public static Kind ofStatus(int status) {
    return switch (status) {
      case 401, 403 -> Kind.AUTHENTICATION;
      case 402 -> Kind.BILLING;
      case 408, 504 -> Kind.TIMEOUT;
      case 409 -> Kind.SERVER_ERROR;
      case 413 -> Kind.TOO_LARGE;
      case 429 -> Kind.RATE_LIMITED;
      case 503, 529 -> Kind.OVERLOADED;
      default -> status >= 500 ? Kind.SERVER_ERROR : Kind.INVALID_REQUEST;
    };
  }

  /** By which the provider knows the call, or null. */
  public static String requestId(WireHead head) {
    String id = head.header("request-id");
    return id == null ? head.header("x-request-id") : id;
  }

  /** What {@code retry-after} (seconds or a date) or {@code retry-after-ms} say, or null. */
  public static Duration retryAfter(WireHead head) {
    Duration ms = seconds(head.header("retry-after-ms"), 1e-3);
    if (ms != null) {
      return ms;
    }
    String value = head.header("retry-after");
    Duration seconds = seconds(value, 1);
    return seconds == null && value != null ? until(value) : seconds;
  }

  /** A number of units as a duration, or null where it is none. */
  public static Duration seconds(String number, double unit) {
    try {
      double value = number == null ? -1 : Double.parseDouble(number.strip()) * unit;
      return value >= 0 && value <= MAX_WAIT_SECONDS
          ? Duration.ofMillis(Math.round(value * 1000))
          : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static Duration until(String date) {
    try {
      Instant then =
          ZonedDateTime.parse(date.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration left = Duration.between(Instant.now(), then);
      return left.isNegative() ? Duration.ZERO : left;
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** The body as JSON; a missing node where it is none. */
  public static JsonNode json(Buffer body) {
    try {
      JsonNode node = Json.parse(body);
      return node == null ? Json.MAPPER.missingNode() : node;
    } catch (IOException e) {
      return Json.MAPPER.missingNode();
    }
  }

  static String bounded(String message) {
    String line = message.replaceAll("\\s+", " ").strip();
    return line.length() <= MAX_MESSAGE ? line : line.substring(0, MAX_MESSAGE) + "…";
  }
}
