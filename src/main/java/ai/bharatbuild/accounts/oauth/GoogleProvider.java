package ai.bharatbuild.accounts.oauth;

import ai.bharatbuild.config.Settings;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;

/** Google, by OpenID Connect's user information. */
final class GoogleProvider extends OAuthProvider {
  GoogleProvider(Vertx vertx, Settings.OAuthClient client) {
    super(vertx, "google", client, List.of("openid", "email", "profile"));
  }

  @Override
  Future<OAuthIdentity> identity(String token) {
    return get(client().userUrl(), token)
        .compose(
            user -> {
              String subject = user.path("sub").asText();
              if (subject.isEmpty()) {
                return Future.failedFuture("no subject");
              }
              JsonNode verified = user.path("email_verified");
              boolean sure = verified.asBoolean() || verified.asText().equals("true");
              String email = sure ? user.path("email").asText(null) : null;
              return Future.succeededFuture(
                  new OAuthIdentity(
                      name(), subject, email, shown(user.path("name").asText(null), "Somebody")));
            });
  }
}
