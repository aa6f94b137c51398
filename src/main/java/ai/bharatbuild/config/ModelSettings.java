package ai.bharatbuild.config;

import ai.bharatbuild.config.Settings.Models;
import ai.bharatbuild.config.Settings.Models.Provider;
import ai.bharatbuild.config.Settings.Models.Remote;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** Reads what is set of language models; a part of {@link SettingsReader}. */
final class ModelSettings {
  private final SettingsReader reader;

  ModelSettings(SettingsReader reader) {
    this.reader = reader;
  }

  Models read() {
    Remote anthropic = remote(Key.ANTHROPIC_BASE_URL, Key.ANTHROPIC_API_KEY);
    Remote gemini = remote(Key.GEMINI_BASE_URL, Key.GEMINI_API_KEY);
    Remote openai = remote(Key.OPENAI_BASE_URL, Key.OPENAI_API_KEY);
    return new Models(
        provider(anthropic, gemini, openai),
        optional(Key.MODELS_FILE),
        anthropic,
        gemini,
        openai,
        Duration.ofSeconds(reader.whole(Key.MODEL_SILENCE_SECONDS, 1, 3600)),
        Duration.ofSeconds(reader.whole(Key.MODEL_TOTAL_SECONDS, 1, 86_400)),
        optional(Key.MODEL_RECORD_DIR),
        optional(Key.MODEL_REPLAY_DIR));
  }

  Settings.Agents agents() {
    int cores = Runtime.getRuntime().availableProcessors();
    return new Settings.Agents(
        cores,
        (int) reader.whole(Key.RUNS_CONCURRENT, 1, 10_000),
        (int) reader.whole(Key.RUNS_WAITING, 0, 100_000),
        reader.whole(Key.RUN_MAX_COST_MICROS, 1, Long.MAX_VALUE / 2),
        reader.whole(Key.RUN_MAX_TOKENS, 1, Long.MAX_VALUE / 2));
  }

  private Provider provider(Remote anthropic, Remote gemini, Remote openai) {
    String named =
        reader.oneOf(
            Key.MODEL_PROVIDER, "auto", "anthropic", "gemini", "openai", "template", "none");
    if (named.equals("auto") && optional(Key.MODEL_REPLAY_DIR) != null) {
      throw new InvalidSettingException(
          "%s needs the provider that was recorded; set %s"
              .formatted(Key.MODEL_REPLAY_DIR.env, Key.MODEL_PROVIDER.env));
    }
    if (named.equals("template")) {
      return Provider.NONE;
    }
    if (named.equals("auto")) {
      return first(anthropic, gemini, openai);
    }
    Provider provider = Provider.valueOf(named.toUpperCase(Locale.ROOT));
    if (optional(Key.MODEL_REPLAY_DIR) != null) {
      return provider;
    }
    switch (provider) {
      case ANTHROPIC -> needs(anthropic, Key.ANTHROPIC_API_KEY);
      case GEMINI -> needs(gemini, Key.GEMINI_API_KEY);
      case OPENAI -> needs(openai, Key.OPENAI_API_KEY);
      case NONE -> {}
    }
    return provider;
  }

  private static Provider first(Remote anthropic, Remote gemini, Remote openai) {
    if (!anthropic.key().isEmpty()) {
      return Provider.ANTHROPIC;
    }
    if (!gemini.key().isEmpty()) {
      return Provider.GEMINI;
    }
    return openai.key().isEmpty() && openai.original() ? Provider.NONE : Provider.OPENAI;
  }

  /** A server of one's own may do without a key; the provider's does not. */
  private static void needs(Remote remote, Key key) {
    if (remote.key().isEmpty() && remote.original()) {
      throw new InvalidSettingException(
          "%s names a provider whose key is not set; set %s"
              .formatted(Key.MODEL_PROVIDER.env, key.env));
    }
  }

  private Remote remote(Key base, Key key) {
    String address = reader.text(base).replaceAll("/+$", "");
    String secret = reader.text(key);
    if (!isAddress(address)) {
      // What was set is not repeated: it may hold a password.
      throw new InvalidSettingException(
          "%s (%s) must be an address such as %s, without user or query"
              .formatted(base.env, base.property, base.fallback));
    }
    if (secret.chars().anyMatch(c -> c < '!' || c > '~')) {
      throw new InvalidSettingException(
          "%s (%s) must be letters, digits and signs without spaces"
              .formatted(key.env, key.property));
    }
    return new Remote(address, secret, address.equals(base.fallback));
  }

  private static boolean isAddress(String address) {
    try {
      URI uri = new URI(address);
      return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getUserInfo() == null
          && uri.getQuery() == null
          && uri.getFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private Path optional(Key key) {
    return reader.text(key).isEmpty() ? null : reader.path(key);
  }
}
