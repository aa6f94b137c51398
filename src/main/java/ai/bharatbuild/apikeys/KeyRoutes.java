package ai.bharatbuild.apikeys;

import ai.bharatbuild.audit.Audit;
import ai.bharatbuild.audit.AuditEvent;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.problem.ApiException;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.UUID;

/** {@code /api/v1/api-keys}: the caller's own keys. */
public final class KeyRoutes implements Routes {
  private static final int MAX_BODY = 64 << 10;
  private static final String ROOT = "/api/v1/api-keys";
  private static final String ONE = ROOT + "/:key_id";

  private final ApiKeys keys;
  private final BodyReader bodies;
  private final Audit audit;

  /** A new key with what is shown this once. */
  private record Shown(@JsonUnwrapped ApiKey kept, String key, String secret) {}

  public KeyRoutes(ApiKeys keys, BodyReader bodies, Audit audit) {
    this.keys = keys;
    this.bodies = bodies;
    this.audit = audit;
  }

  @Override
  public void mount(Router router) {
    router.post(ROOT).handler(this::create);
    router
        .get(ROOT)
        .handler(
            c -> Replies.json(c, 200, keys.list(owner(c)).map(all -> Map.of("api_keys", all))));
    router.get(ONE).handler(c -> Replies.json(c, 200, keys.get(owner(c), id(c))));
    router.patch(ONE).handler(this::change);
    router.delete(ONE).handler(this::revoke);
  }

  private void create(RoutingContext context) {
    Future<Shown> shown =
        bodies
            .json(context, MAX_BODY)
            .compose(
                body ->
                    keys.create(owner(context), KeyFields.forCreation(body, Caller.of(context))))
            .map(made -> new Shown(made.kept(), made.key(), made.secret()))
            .onSuccess(made -> note(context, "api_key.created", made.kept()));
    context.response().putHeader("Cache-Control", "no-store");
    Replies.json(context, 201, shown);
  }

  private void change(RoutingContext context) {
    UUID id = id(context);
    Replies.json(
        context,
        200,
        bodies
            .json(context, MAX_BODY)
            .compose(
                body ->
                    keys.update(owner(context), id, KeyFields.forChange(body, Caller.of(context))))
            .onSuccess(key -> note(context, "api_key.changed", key)));
  }

  private void revoke(RoutingContext context) {
    Replies.json(
        context,
        200,
        keys.revoke(owner(context), id(context))
            .onSuccess(key -> note(context, "api_key.revoked", key)));
  }

  private void note(RoutingContext context, String action, ApiKey key) {
    audit.record(
        AuditEvent.of(
            context,
            action,
            key.id().toString(),
            AuditEvent.Outcome.OK,
            Map.of("name", key.name(), "scopes", key.scopes(), "status", key.status())));
  }

  private static UUID owner(RoutingContext context) {
    return Caller.of(context).account();
  }

  /** What is no id is nobody's key. */
  private static UUID id(RoutingContext context) {
    try {
      return UUID.fromString(context.pathParam("key_id"));
    } catch (IllegalArgumentException e) {
      throw ApiException.notFound("API key");
    }
  }
}
