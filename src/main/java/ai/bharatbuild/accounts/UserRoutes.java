package ai.bharatbuild.accounts;

import ai.bharatbuild.audit.AdminChange;
import ai.bharatbuild.audit.Audit;
import ai.bharatbuild.audit.AuditFacts;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Fields;
import ai.bharatbuild.http.Query;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Role;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.problem.ApiException;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** Other people's accounts, for administrators. */
public final class UserRoutes implements Routes {
  private static final String USERS = "/api/v1/admin/users";
  private static final int BODY_BYTES = 16 << 10;

  private final Accounts accounts;
  private final BodyReader bodies;
  private final Audit audit;

  public UserRoutes(Accounts accounts, BodyReader bodies, Audit audit) {
    this.accounts = accounts;
    this.bodies = bodies;
    this.audit = audit;
  }

  @Override
  public void mount(Router router) {
    router.get(USERS).handler(this::list);
    router
        .get(USERS + "/:user_id")
        .handler(context -> Replies.json(context, 200, accounts.account(id(context))));
    router.patch(USERS + "/:user_id").handler(this::change);
  }

  private void list(RoutingContext context) {
    int page = Query.page(context);
    int limit = Query.limit(context);
    Replies.json(
        context,
        200,
        accounts
            .page(page, limit)
            .map(
                found -> {
                  Map<String, Object> body = new LinkedHashMap<>();
                  body.put("users", found.users());
                  body.put("total", found.total());
                  body.put("page", page);
                  body.put("pages", (found.total() + limit - 1) / limit);
                  return body;
                }));
  }

  private void change(RoutingContext context) {
    UUID id = id(context);
    AuditFacts.of(context).about(id);
    Replies.json(
        context, 200, bodies.json(context, BODY_BYTES).compose(body -> change(context, id, body)));
  }

  private Future<Account> change(RoutingContext context, UUID id, JsonNode body) {
    Fields fields = Fields.of(body);
    String text = fields.text("role", 1, 20, null);
    Role role = text == null ? null : Role.of(text).orElse(null);
    if (text != null && role == null) {
      fields.error("role", "is no role", "value_error");
    }
    Boolean active = fields.has("is_active") ? fields.flag("is_active", true) : null;
    fields.check();
    AuditFacts facts = AuditFacts.of(context);
    if (role != null) {
      facts.add("role", role.text());
    }
    if (active != null) {
      facts.add("is_active", active);
    }
    return accounts.change(id, role, active, new AdminChange(audit, context)::keep);
  }

  private static UUID id(RoutingContext context) {
    try {
      return UUID.fromString(context.pathParam("user_id"));
    } catch (IllegalArgumentException e) {
      throw ApiException.notFound("User");
    }
  }
}
