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
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/** Registering, signing in and out. */
public final class AuthRoutes implements Routes {
  private static final String AUTH = "/api/v1/auth/";
  private static final int BODY_BYTES = 16 << 10;
  private static final int LONGEST_TOKEN = 200;

  private final Accounts accounts;
  private final BodyReader bodies;
  private final boolean local;

  /**
   * @param local whether there is one user and nothing to sign in to
   */
  public AuthRoutes(Accounts accounts, BodyReader bodies, boolean local) {
    this.accounts = accounts;
    this.bodies = bodies;
    this.local = local;
  }

  @Override
  public void mount(Router router) {
    router.post(AUTH + "register").handler(this::register);
    router.post(AUTH + "login").handler(this::login);
    router.post(AUTH + "refresh").handler(this::refresh);
    router.post(AUTH + "logout").handler(this::logout);
    router
        .get(AUTH + "me")
        .handler(context -> Replies.json(context, 200, accounts.me(Caller.of(context))));
  }

  private void register(RoutingContext context) {
    requireAccounts();
    AuditFacts facts = AuditFacts.of(context);
    Replies.json(
        context,
        201,
        body(context)
            .map(Registration::read)
            .compose(who -> accounts.register(who, facts::about))
            .onSuccess(account -> facts.by(account.id())));
  }

  private void login(RoutingContext context) {
    requireAccounts();
    Accounts.Client client = RequestClient.of(context);
    AuditFacts facts = AuditFacts.of(context);
    answer(
        context,
        body(context)
            .compose(
                body -> {
                  Fields fields = Fields.of(body);
                  String email = fields.text("email", 1, 254);
                  String password = fields.text("password", 1, 1000);
                  fields.check();
                  return accounts.login(email.strip(), password, client, facts::about);
                }));
  }

  private void refresh(RoutingContext context) {
    requireAccounts();
    AuditFacts facts = AuditFacts.of(context);
    answer(
        context,
        body(context)
            .compose(
                body -> {
                  Fields fields = Fields.of(body);
                  String token = fields.text("refresh_token", 1, LONGEST_TOKEN);
                  fields.check();
                  return accounts.refresh(token, refused -> tell(facts, refused));
                }));
  }

  private static void tell(AuditFacts facts, Sessions.Refused refused) {
    facts.about(refused.user()).add("session", refused.session());
    if (refused.reused()) {
      facts.add("reason", "token_reuse");
    }
  }

  private void logout(RoutingContext context) {
    Replies.json(
        context,
        200,
        accounts
            .logout(Caller.of(context))
            .map(v -> Map.of("success", true, "message", "Signed out")));
  }

  /** Tokens must not stay in caches. */
  private static void answer(RoutingContext context, Future<Accounts.SignedIn> result) {
    context.response().putHeader("Cache-Control", "no-store");
    Replies.json(
        context,
        200,
        result.onSuccess(signedIn -> AuditFacts.of(context).by(signedIn.user().id())));
  }

  private Future<JsonNode> body(RoutingContext context) {
    return bodies.json(context, BODY_BYTES);
  }

  private void requireAccounts() {
    if (local) {
      throw ApiException.conflict(
          "local_mode", "This server has one local user and nothing to sign in to; see MODE.");
    }
  }
}
