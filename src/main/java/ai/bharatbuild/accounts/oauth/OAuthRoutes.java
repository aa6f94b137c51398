package ai.bharatbuild.accounts.oauth;

import ai.bharatbuild.accounts.Accounts;
import ai.bharatbuild.accounts.RequestClient;
import ai.bharatbuild.accounts.Users;
import ai.bharatbuild.audit.AuditFacts;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Signing in with an account of another service. */
public final class OAuthRoutes implements Routes {
  private static final String COOKIE = "bb_oauth_";
  private static final String PATH = "/api/v1/auth/";

  private final OAuth oauth;
  private final Accounts accounts;
  private final UnaryOperator<String> callback;
  private final boolean local;

  /**
   * @param callback where a provider of that name sends the browser back
   * @param local whether there is one user and nothing to sign in to
   */
  public OAuthRoutes(
      OAuth oauth, Accounts accounts, UnaryOperator<String> callback, boolean local) {
    this.oauth = oauth;
    this.accounts = accounts;
    this.callback = callback;
    this.local = local;
  }

  @Override
  public void mount(Router router) {
    for (String name : OAuth.NAMES) {
      router.get(PATH + name + "/url").handler(context -> url(context, name));
      router.get(PATH + name + "/callback").handler(context -> callback(context, name));
    }
  }

  private OAuthProvider provider(String name) {
    if (local) {
      throw ApiException.conflict(
          "local_mode", "This server has one local user and nothing to sign in to; see MODE.");
    }
    return oauth.provider(name);
  }

  private void url(RoutingContext context, String name) {
    OAuthProvider provider = provider(name);
    OAuthFlow.Attempt attempt = oauth.flow().begin(name);
    context
        .response()
        .addCookie(cookie(context, name, attempt.cookie(), OAuthFlow.LIFE.toSeconds()))
        .putHeader("Cache-Control", "no-store");
    String url = provider.authorizeUrl(attempt.state(), attempt.challenge(), callback.apply(name));
    Replies.json(context, 200, Map.of("url", url));
  }

  private void callback(RoutingContext context, String name) {
    AuditFacts facts = AuditFacts.of(context);
    OAuthProvider provider = provider(name);
    String state = context.request().getParam("state");
    String code = context.request().getParam("code");
    String cookie =
        Optional.ofNullable(context.request().getCookie(COOKIE + name))
            .map(Cookie::getValue)
            .orElse(null);
    context
        .response()
        .addCookie(cookie(context, name, "", 0))
        .putHeader("Cache-Control", "no-store")
        .putHeader("Referrer-Policy", "no-referrer");
    Replies.json(
        context,
        200,
        oauth
            .flow()
            .end(name, cookie, state)
            .compose(
                attempt ->
                    code == null || code.isEmpty()
                        ? Future.failedFuture(denied(name))
                        : provider.identify(code, attempt.verifier(), callback.apply(name)))
            .compose(oauth.accounts()::of)
            .onSuccess(found -> facts.about(found.user()))
            .compose(
                found ->
                    accounts
                        .account(found.user())
                        .map(account -> new Users.Stored(account, found.passwordHash())))
            .compose(who -> accounts.signIn(who, RequestClient.of(context)))
            .onSuccess(signedIn -> facts.by(signedIn.user().id())));
  }

  private static ApiException denied(String name) {
    return ApiException.badRequest(
        "oauth_denied", "%s did not let you sign in. Start again.".formatted(name));
  }

  private static Cookie cookie(RoutingContext context, String name, String value, long seconds) {
    return Cookie.cookie(COOKIE + name, value)
        .setPath(PATH + name)
        .setHttpOnly(true)
        .setSecure(context.request().isSSL())
        .setSameSite(CookieSameSite.LAX)
        .setMaxAge(seconds);
  }
}
