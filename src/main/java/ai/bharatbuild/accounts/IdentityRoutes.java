package ai.bharatbuild.accounts;

import ai.bharatbuild.audit.AuditFacts;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Fields;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.problem.ApiException;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.function.Function;

/** What people do with their own accounts besides signing in. */
public final class IdentityRoutes implements Routes {
  private static final String PATH = "/api/v1/auth/";
  private static final int MAX_BODY = 16 << 10;
  private static final int MAX_TOKEN = 200;
  private static final int MAX_PASSWORD = 1_000;

  private final BodyReader bodies;
  private final IdentityParts parts;
  private final boolean local;

  /**
   * @param local whether there is one user and nothing to sign in to
   */
  IdentityRoutes(BodyReader bodies, IdentityParts parts, boolean local) {
    this.bodies = bodies;
    this.parts = parts;
    this.local = local;
  }

  @Override
  public void mount(Router router) {
    router.post(PATH + "verify-email").handler(withAccounts(this::verify));
    router.post(PATH + "resend-verification").handler(withAccounts(this::resend));
    router.post(PATH + "forgot-password").handler(withAccounts(this::forgot));
    router.post(PATH + "reset-password").handler(withAccounts(this::reset));
    router.post(PATH + "change-password").handler(withAccounts(this::change));
    router.delete(PATH + "me").handler(withAccounts(this::delete));
    router.get(PATH + "me/export").handler(this::export);
    router.post("/api/v1/ws/ticket").handler(this::ticket);
  }

  private Handler<RoutingContext> withAccounts(Handler<RoutingContext> handler) {
    return context -> {
      if (local) {
        throw ApiException.conflict(
            "local_mode", "This server has one local user and nothing to sign in to; see MODE.");
      }
      handler.handle(context);
    };
  }

  private void verify(RoutingContext context) {
    AuditFacts facts = AuditFacts.of(context);
    answer(
        context,
        "Your e-mail address is verified.",
        fields -> {
          String token = fields.text("token", 1, MAX_TOKEN);
          fields.check();
          return parts.proofs().verify(token).onSuccess(facts::by);
        });
  }

  private void resend(RoutingContext context) {
    AuditFacts facts = AuditFacts.of(context);
    answer(
        context,
        "If this address has an account that has not verified it, an e-mail is on its way.",
        fields -> {
          String email = Registration.email(fields);
          fields.check();
          return parts.proofs().resend(email, facts::about);
        });
  }

  private void forgot(RoutingContext context) {
    AuditFacts facts = AuditFacts.of(context);
    answer(
        context,
        "If this address has an account, an e-mail is on its way.",
        fields -> {
          String email = Registration.email(fields);
          fields.check();
          return parts.proofs().forgot(email, facts::about);
        });
  }

  private void reset(RoutingContext context) {
    AuditFacts facts = AuditFacts.of(context);
    answer(
        context,
        "Your password is set; sign in with it.",
        fields -> {
          String token = fields.text("token", 1, MAX_TOKEN);
          String fresh = fresh(fields);
          fields.check();
          return parts.proofs().reset(token, fresh).onSuccess(facts::by);
        });
  }

  private void change(RoutingContext context) {
    Caller caller = Caller.of(context);
    answer(
        context,
        "Your password is changed; your other sign-ins have ended.",
        fields -> {
          String current = fields.text("current_password", 1, MAX_PASSWORD);
          String fresh = fresh(fields);
          fields.check();
          return parts
              .password()
              .change(caller, RequestClient.of(context).address(), current, fresh);
        });
  }

  private static String fresh(Fields fields) {
    String fresh = fields.text("new_password", 1, MAX_PASSWORD);
    PasswordRules.check(fields, "new_password", fresh);
    return fresh;
  }

  private void delete(RoutingContext context) {
    Caller caller = Caller.of(context);
    Future<Void> done =
        bodies
            .optionalJson(context, MAX_BODY)
            .compose(
                body -> {
                  Fields fields = Fields.of(body);
                  String password = fields.text("password", 1, MAX_PASSWORD, null);
                  fields.check();
                  return parts
                      .password()
                      .prove(caller, RequestClient.of(context).address(), password);
                })
            .compose(v -> parts.closing().close(caller.account()));
    Replies.json(context, 200, done.map(v -> told("Your account is deleted.")));
  }

  private void export(RoutingContext context) {
    AuditFacts.of(context).about(Caller.of(context).account());
    parts
        .export()
        .write(Caller.of(context), context.response())
        .onFailure(
            e -> {
              if (context.response().headWritten()) {
                context.response().reset();
              } else {
                context.fail(e);
              }
            });
  }

  private void ticket(RoutingContext context) {
    context.response().putHeader("Cache-Control", "no-store");
    Replies.json(
        context,
        200,
        parts
            .tickets()
            .issue(Caller.of(context))
            .map(ticket -> Map.of("ticket", ticket, "expires_in", WsTickets.LIFE.toSeconds())));
  }

  private void answer(RoutingContext context, String message, Function<Fields, Future<?>> work) {
    Replies.json(
        context,
        200,
        bodies
            .json(context, MAX_BODY, (JsonNode body) -> Fields.of(body))
            .compose(fields -> work.apply(fields).map(v -> told(message))));
  }

  private static Map<String, Object> told(String message) {
    return Map.of("success", true, "message", message);
  }
}
