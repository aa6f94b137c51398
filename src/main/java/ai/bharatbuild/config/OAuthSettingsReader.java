package ai.bharatbuild.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;

/** The part of {@link SettingsReader} that is about signing in with other services. */
final class OAuthSettingsReader {
  private static final String PROVIDER = "{provider}";
  private final Map<Key, String> values;

  OAuthSettingsReader(Map<Key, String> values) {
    this.values = values;
  }

  Settings.OAuth read() {
    return new Settings.OAuth(
        client(
            Key.GOOGLE_CLIENT_ID,
            Key.GOOGLE_CLIENT_SECRET,
            Key.GOOGLE_AUTHORIZE_URL,
            Key.GOOGLE_TOKEN_URL,
            Key.GOOGLE_USER_URL),
        client(
            Key.GITHUB_CLIENT_ID,
            Key.GITHUB_CLIENT_SECRET,
            Key.GITHUB_AUTHORIZE_URL,
            Key.GITHUB_TOKEN_URL,
            Key.GITHUB_USER_URL),
        callback());
  }

  private Settings.OAuthClient client(Key id, Key secret, Key authorize, Key token, Key user) {
    if (text(id).isEmpty() != text(secret).isEmpty()) {
      throw new InvalidSettingException(
          "%s and %s must be given both or not at all".formatted(id.env, secret.env));
    }
    return text(id).isEmpty()
        ? null
        : new Settings.OAuthClient(text(id), text(secret), url(authorize), url(token), url(user));
  }

  private String callback() {
    String text = text(Key.OAUTH_CALLBACK_URL);
    if (!text.isEmpty() && (!text.contains(PROVIDER) || !isUrl(text.replace(PROVIDER, "google")))) {
      throw wrong(Key.OAUTH_CALLBACK_URL, "an address such as https://example.org/in/{provider}");
    }
    return text;
  }

  private String url(Key key) {
    if (!isUrl(text(key))) {
      throw wrong(key, "an address that begins with https:// or http://");
    }
    return text(key);
  }

  private static boolean isUrl(String text) {
    try {
      URI uri = new URI(text);
      return List.of("http", "https").contains(uri.getScheme())
          && uri.getHost() != null
          && uri.getUserInfo() == null
          && uri.getFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private String text(Key key) {
    return values.get(key).strip();
  }

  private InvalidSettingException wrong(Key key, String allowed) {
    return new InvalidSettingException(
        "%s (%s) is '%s'; it must be %s"
            .formatted(key.env, key.property, values.get(key), allowed));
  }
}
