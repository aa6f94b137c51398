package ai.bharatbuild.audit;

import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.ClientAddress;
import ai.bharatbuild.http.RequestId;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.UUID;

/**
 * Something that somebody may ask about later. Never holds a secret, a token or a password.
 *
 * @param requestId the request that it happened in, by which logs and answers name it, too
 * @param actor account that did it, or null where nobody was signed in
 * @param apiKey key that it was done with, or null
 * @param address where the request came from, or null
 * @param action what was done, such as {@code auth.login}: lower case, parts parted by dots
 * @param target what it was done to, or null
 * @param detail a few facts more, for people
 */
public record AuditEvent(
    String requestId,
    UUID actor,
    UUID apiKey,
    String address,
    String action,
    String target,
    Outcome outcome,
    Map<String, Object> detail) {
  /** How it ended. */
  public enum Outcome {
    OK,
    REFUSED,
    FAILED
  }

  /** Something that the caller of a request did. */
  public static AuditEvent of(
      RoutingContext context,
      String action,
      String target,
      Outcome outcome,
      Map<String, Object> detail) {
    Caller caller = Caller.find(context).orElse(null);
    return new AuditEvent(
        RequestId.of(context),
        caller == null ? null : caller.account(),
        caller == null ? null : caller.apiKey(),
        ClientAddress.of(context),
        action,
        target,
        outcome,
        detail);
  }
}
