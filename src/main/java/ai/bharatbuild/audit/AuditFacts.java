package ai.bharatbuild.audit;

import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What only the route knows of a call: whom it is about, who proved to be somebody in it, and what
 * it changes. A call of which there are facts is noted, whatever it is. On the event loop of the
 * call.
 */
public final class AuditFacts {
  private static final String KEY = AuditFacts.class.getName();

  private final Map<String, Object> details = new LinkedHashMap<>();
  private String action;
  private UUID actor;
  private UUID apiKey;
  private String target;
  private boolean kept;

  private AuditFacts() {}

  /** The facts of a call, which there are from now on. */
  public static AuditFacts of(RoutingContext context) {
    AuditFacts found = context.get(KEY);
    if (found == null) {
      found = new AuditFacts();
      context.put(KEY, found);
    }
    return found;
  }

  static Optional<AuditFacts> find(RoutingContext context) {
    return Optional.ofNullable(context.get(KEY));
  }

  /** Says what was done where that is not the operation. */
  public AuditFacts action(String name) {
    action = name;
    return this;
  }

  /** Says whose account it is about; nothing is proved by that. */
  public AuditFacts about(UUID account) {
    target = account.toString();
    return this;
  }

  /** Says who proved in this call to be somebody. */
  public AuditFacts by(UUID account) {
    actor = account;
    return about(account);
  }

  /** Says which key was sent, though it may be refused. */
  public AuditFacts with(UUID key) {
    apiKey = key;
    target = key.toString();
    return this;
  }

  /** Adds a detail; never a secret. */
  public AuditFacts add(String name, Object value) {
    details.put(name, value);
    return this;
  }

  /** Says that the success of the call is in the log already. */
  void kept() {
    kept = true;
  }

  boolean isKept() {
    return kept;
  }

  String action() {
    return action;
  }

  UUID actor() {
    return actor;
  }

  UUID apiKey() {
    return apiKey;
  }

  String target() {
    return target;
  }

  Map<String, Object> details() {
    return details;
  }
}
