package ai.bharatbuild.accounts.oauth;

import ai.bharatbuild.config.Settings;
import ai.bharatbuild.json.Json;
import ai.bharatbuild.problem.ApiException;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.auth.oauth2.OAuth2Auth;
import io.vertx.ext.auth.oauth2.OAuth2AuthorizationURL;
import io.vertx.ext.auth.oauth2.OAuth2FlowType;
import io.vertx.ext.auth.oauth2.OAuth2Options;
import io.vertx.ext.auth.oauth2.Oauth2Credentials;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A service that people can sign in with. Safe on any thread. */
abstract class OAuthProvider {
  private static final Logger LOG = LoggerFactory.getLogger(OAuthProvider.class);
  private static final int CONNECT_MS = 5_000;
  private static final int PATIENCE_SECONDS = 15;
  private static final int MAX_ANSWER = 1 << 20;

  private final String name;
  private final Settings.OAuthClient client;
  private final List<String> scopes;
  private final OAuth2Auth auth;
  private final HttpClient http;

  OAuthProvider(Vertx vertx, String name, Settings.OAuthClient client, List<String> scopes) {
    this.name = name;
    this.client = client;
    this.scopes = scopes;
    HttpClientOptions options =
        new HttpClientOptions()
            .setConnectTimeout(CONNECT_MS)
            .setIdleTimeout(PATIENCE_SECONDS)
            .setIdleTimeoutUnit(TimeUnit.SECONDS);
    this.http = vertx.createHttpClient(options);
    this.auth =
        OAuth2Auth.create(
            vertx,
            new OAuth2Options()
                .setClientId(client.id())
                .setClientSecret(client.secret())
                .setUseBasicAuthorization(false)
                .setAuthorizationPath(client.authorizeUrl())
                .setTokenPath(client.tokenUrl())
                .setHttpClientOptions(options));
  }

  /** Its name in paths and in the database. */
  String name() {
    return name;
  }

  Settings.OAuthClient client() {
    return client;
  }

  /** Where the browser goes to let the service vouch for its user. */
  String authorizeUrl(String state, String challenge, String callback) {
    return auth.authorizeURL(
        new OAuth2AuthorizationURL()
            .setRedirectUri(callback)
            .setScopes(scopes)
            .setState(state)
            .setCodeChallenge(challenge)
            .setCodeChallengeMethod("S256"));
  }

  /** Who the code speaks of. Fails with 400 when the service does not take the code, else 502. */
  Future<OAuthIdentity> identify(String code, String verifier, String callback) {
    Oauth2Credentials credentials =
        new Oauth2Credentials()
            .setFlow(OAuth2FlowType.AUTH_CODE)
            .setCode(code)
            .setCodeVerifier(verifier)
            .setRedirectUri(callback);
    return auth.authenticate(credentials)
        .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .recover(e -> failed("its code was not taken", 400, e))
        .compose(
            user ->
                identity(user.principal().getString("access_token"))
                    .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .recover(e -> failed("it did not say who it is", 502, e)));
  }

  /** Asks who the owner of the token is. */
  abstract Future<OAuthIdentity> identity(String token);

  /** What the service answers to a question asked with the token. */
  Future<JsonNode> get(String url, String token) {
    RequestOptions options =
        new RequestOptions()
            .setAbsoluteURI(url)
            .addHeader("Accept", "application/json")
            .addHeader("User-Agent", "bharatbuild")
            .addHeader("Authorization", "Bearer " + token);
    return http.request(options).compose(out -> out.send()).compose(OAuthProvider::json);
  }

  private static Future<JsonNode> json(HttpClientResponse answer) {
    if (answer.statusCode() != 200) {
      answer.request().reset();
      return Future.failedFuture("answer " + answer.statusCode());
    }
    Buffer body = Buffer.buffer();
    answer.handler(
        piece -> {
          if (body.length() + piece.length() > MAX_ANSWER) {
            answer.request().reset();
          } else {
            body.appendBuffer(piece);
          }
        });
    return answer.end().compose(v -> parse(body));
  }

  private static Future<JsonNode> parse(Buffer body) {
    try {
      return Future.succeededFuture(Json.parse(body));
    } catch (IOException e) {
      return Future.failedFuture("an answer that is not JSON");
    }
  }

  /** What the service said stays here: it may repeat the code or the secret. */
  private <T> Future<T> failed(String what, int status, Throwable cause) {
    LOG.info("sign-in with {}: {} ({})", name, what, cause.getClass().getSimpleName());
    return Future.failedFuture(
        new ApiException(
            status,
            "oauth_failed",
            "Signing in with %s failed: %s. Start again.".formatted(name, what)));
  }

  /** A text of the service, made fit to be a name. */
  static String shown(String text, String otherwise) {
    String clean = text == null ? "" : text.replaceAll("\\p{Cntrl}", " ").strip();
    String told = clean.isEmpty() ? otherwise : clean;
    return told.codePointCount(0, told.length()) <= 200
        ? told
        : told.substring(0, told.offsetByCodePoints(0, 200)).strip();
  }

  void close() {
    auth.close();
    http.close();
  }
}
