package ai.bharatbuild.audit;

import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.ClientAddress;
import ai.bharatbuild.http.Operation;
import ai.bharatbuild.http.RequestId;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * Something that somebody may ask about later. Never holds a secret, a token or a password.
 *
 * @param requestId the request that it happened in, by which logs and answers name it, too
 * @param actor account that did it, or null where nobody had proved to be somebody
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
    AuditFacts facts = AuditFacts.find(context).orElse(null);
    UUID proved = facts == null ? null : facts.actor();
    UUID sent = facts == null ? null : facts.apiKey();
    return new AuditEvent(
        RequestId.of(context),
        caller == null ? proved : caller.account(),
        caller == null ? sent : caller.apiKey(),
        ClientAddress.of(context),
        action,
        target,
        outcome,
        detail);
  }

  /**
   * How a call of an operation ends, with all that its route said of it. Actions are the contract's
   * operations, {@code create_api_key} for {@code createApiKey}.
   *
   * @param detail goes before what the route said
   */
  static AuditEvent of(
      RoutingContext context, Operation operation, Outcome outcome, Map<String, Object> detail) {
    Map<String, Object> all = new LinkedHashMap<>(detail);
    String action = null;
    String target = null;
    AuditFacts facts = AuditFacts.find(context).orElse(null);
    if (facts != null) {
      action = facts.action();
      target = facts.target();
      all.putAll(facts.details());
    }
    return of(
        context,
        action == null ? name(operation) : action,
        target == null ? context.normalizedPath() : target,
        outcome,
        all);
  }

  private static String name(Operation operation) {
    return operation.id().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
