package ai.bharatbuild.audit;

import ai.bharatbuild.http.Query;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** {@code GET /api/v1/admin/audit}: the log, for admins. */
public final class AuditRoutes implements Routes {
  private static final Set<String> OUTCOMES = Set.of("ok", "refused", "failed");
  private final AuditLog log;

  public AuditRoutes(AuditLog log) {
    this.log = log;
  }

  @Override
  public void mount(Router router) {
    router.get("/api/v1/admin/audit").handler(this::page);
  }

  private void page(RoutingContext context) {
    int page = Query.page(context);
    int limit = Query.limit(context);
    AuditLog.Question question =
        new AuditLog.Question(
            actor(context),
            context.queryParams().get("action"),
            context.queryParams().get("request_id"),
            outcome(context),
            time(context, "from"),
            time(context, "to"),
            context.queryParams().get("target"));
    Future<Map<String, Object>> answer =
        log.count(question)
            .compose(
                total ->
                    log.page(question, page, limit)
                        .map(
                            entries -> {
                              Map<String, Object> body = new LinkedHashMap<>();
                              body.put("entries", entries);
                              body.put("total", total);
                              body.put("page", page);
                              body.put("pages", (total + limit - 1) / limit);
                              return body;
                            }));
    Replies.json(context, 200, answer);
  }

  private static UUID actor(RoutingContext context) {
    String text = context.queryParams().get("actor_id");
    try {
      return text == null ? null : UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw Query.wrong("actor_id", "must be the id of an account");
    }
  }

  private static String outcome(RoutingContext context) {
    String text = context.queryParams().get("outcome");
    if (text != null && !OUTCOMES.contains(text)) {
      throw Query.wrong("outcome", "must be ok, refused or failed");
    }
    return text;
  }

  private static Instant time(RoutingContext context, String name) {
    String text = context.queryParams().get(name);
    try {
      return text == null ? null : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw Query.wrong(name, "must be a time such as 2030-01-31T12:00:00Z");
    }
  }
}
