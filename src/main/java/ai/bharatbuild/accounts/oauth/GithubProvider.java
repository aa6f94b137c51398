package ai.bharatbuild.accounts.oauth;

import ai.bharatbuild.config.Settings;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;

/**
 * GitHub, by its own API: the address that a profile shows need not be verified, so it is asked.
 */
final class GithubProvider extends OAuthProvider {
  GithubProvider(Vertx vertx, Settings.OAuthClient client) {
    super(vertx, "github", client, List.of("read:user", "user:email"));
  }

  @Override
  Future<OAuthIdentity> identity(String token) {
    String url = client().userUrl();
    return get(url, token)
        .compose(
            user -> {
              if (!user.path("id").isIntegralNumber()) {
                return Future.failedFuture("no id");
              }
              String login = shown(user.path("login").asText(null), "Somebody");
              return get(url + "/emails", token)
                  .map(
                      emails ->
                          new OAuthIdentity(
                              name(),
                              user.path("id").asText(),
                              primary(emails),
                              shown(user.path("name").asText(null), login)));
            });
  }

  private static String primary(JsonNode emails) {
    for (JsonNode email : emails) {
      if (email.path("primary").asBoolean() && email.path("verified").asBoolean()) {
        return email.path("email").asText(null);
      }
    }
    return null;
  }
}
