package ai.bharatbuild.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The part of {@link SettingsReader} that is about e-mail. */
final class MailSettingsReader {
  private static final Pattern SENDER =
      Pattern.compile("(?:[^<>\\p{Cntrl}\"]*<([^<>\\s@]+@[^<>\\s@]+)>|([^<>\\s@]+@[^<>\\s@]+))");
  private static final int MAX_PORT = 65_535;
  private final Map<Key, String> values;

  MailSettingsReader(Map<Key, String> values) {
    this.values = values;
  }

  Settings.Mail read() {
    Matcher sender = SENDER.matcher(text(Key.MAIL_FROM));
    require(sender.matches(), Key.MAIL_FROM, "an address such as BharatBuild <a@example.org>");
    require(
        List.of("starttls", "tls", "none").contains(text(Key.MAIL_SMTP_TLS)),
        Key.MAIL_SMTP_TLS,
        "starttls, tls or none");
    boolean password = !text(Key.MAIL_SMTP_PASSWORD).isEmpty();
    if (password == text(Key.MAIL_SMTP_USERNAME).isEmpty()) {
      throw new InvalidSettingException(
          "MAIL_SMTP_USERNAME and MAIL_SMTP_PASSWORD must be given both or not at all");
    }
    return new Settings.Mail(
        text(Key.MAIL_FROM),
        text(Key.MAIL_SMTP_HOST),
        whole(Key.MAIL_SMTP_PORT, MAX_PORT),
        text(Key.MAIL_SMTP_TLS),
        text(Key.MAIL_SMTP_USERNAME),
        text(Key.MAIL_SMTP_PASSWORD),
        file(Key.MAIL_SMTP_CA),
        whole(Key.MAIL_OUTBOX_MAX, 1_000_000),
        Duration.ofDays(whole(Key.MAIL_OUTBOX_DAYS, 3650)),
        frontend());
  }

  private String frontend() {
    String text = text(Key.FRONTEND_URL);
    if (text.isEmpty()) {
      return text;
    }
    try {
      URI uri = new URI(text);
      boolean plain =
          List.of("http", "https").contains(uri.getScheme())
              && uri.getHost() != null
              && uri.getUserInfo() == null
              && uri.getQuery() == null
              && uri.getFragment() == null;
      require(plain, Key.FRONTEND_URL, "an address such as https://example.org");
    } catch (URISyntaxException e) {
      require(false, Key.FRONTEND_URL, "an address such as https://example.org");
    }
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  private Path file(Key key) {
    if (text(key).isEmpty()) {
      return null;
    }
    Path path = Path.of(text(key));
    require(path.isAbsolute() && Files.isReadable(path), key, "a readable PEM file");
    return path;
  }

  private int whole(Key key, int max) {
    String text = text(key);
    boolean number = text.matches("[1-9][0-9]{0,6}") && Integer.parseInt(text) <= max;
    require(number, key, "a whole number from 1 to " + max);
    return Integer.parseInt(text);
  }

  private String text(Key key) {
    return values.get(key).strip();
  }

  private void require(boolean right, Key key, String allowed) {
    if (!right) {
      throw new InvalidSettingException(
          "%s (%s) is '%s'; it must be %s"
              .formatted(key.env, key.property, values.get(key), allowed));
    }
  }
}
