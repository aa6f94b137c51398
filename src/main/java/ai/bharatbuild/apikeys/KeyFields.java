package ai.bharatbuild.apikeys;

import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Fields;
import ai.bharatbuild.http.Permission;
import ai.bharatbuild.net.AddressRange;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Reads what an owner says of a key. */
final class KeyFields {
  private static final Set<String> MODES = Set.of("student", "developer", "founder", "college");
  private static final int MOST_ADDRESSES = 100;

  private KeyFields() {}

  /** A new key: a name is needed, and what is not said has its default. */
  static KeyTerms forCreation(JsonNode body, Caller caller) {
    Fields fields = Fields.of(body);
    String name = fields.text("name", 1, 100);
    KeyTerms said = said(fields, name, caller);
    fields.check();
    return new KeyTerms(
        name,
        said.scopes() == null ? grantable(caller) : said.scopes(),
        said.allowedIps() == null ? List.of() : said.allowedIps(),
        said.allowedModes() == null ? List.of() : said.allowedModes(),
        said.perMinute() == null ? ApiKey.Limits.DEFAULT.perMinute() : said.perMinute(),
        said.perHour() == null ? ApiKey.Limits.DEFAULT.perHour() : said.perHour(),
        said.perDay() == null ? ApiKey.Limits.DEFAULT.perDay() : said.perDay(),
        true,
        said.tokenLimit(),
        Boolean.TRUE.equals(said.requireSecret()),
        true,
        said.expiresAt(),
        true);
  }

  /** A change of a key: what is not said stays. */
  static KeyTerms forChange(JsonNode body, Caller caller) {
    Fields fields = Fields.of(body);
    KeyTerms said = said(fields, fields.text("name", 1, 100, null), caller);
    fields.check();
    return said;
  }

  private static KeyTerms said(Fields fields, String name, Caller caller) {
    Fields limits = fields.object("limits");
    String status = fields.text("status", 1, 20, null);
    if (status != null && !status.equals("active") && !status.equals("inactive")) {
      fields.error("status", "must be active or inactive; DELETE revokes a key", "value_error");
    }
    return new KeyTerms(
        name,
        scopes(fields, caller),
        texts(fields, "allowed_ips", MOST_ADDRESSES, KeyFields::address, "an address or a range"),
        texts(fields, "allowed_modes", MODES.size(), MODES::contains, "one of " + MODES),
        limit(limits, "per_minute", 1_000_000),
        limit(limits, "per_hour", 10_000_000),
        limit(limits, "per_day", 100_000_000),
        said(fields, "token_limit"),
        fields.has("token_limit")
            ? Long.valueOf(fields.whole("token_limit", 0, Long.MAX_VALUE / 2, 0))
            : null,
        fields.has("require_secret") ? Boolean.valueOf(fields.flag("require_secret", false)) : null,
        said(fields, "expires_at"),
        expiry(fields),
        status == null ? null : Boolean.valueOf(status.equals("active")));
  }

  /** Also when it is null, which takes the limit away. */
  private static boolean said(Fields fields, String name) {
    return fields.mentions(name);
  }

  private static Integer limit(Fields limits, String name, int most) {
    return limits.has(name) ? Integer.valueOf((int) limits.whole(name, 1, most, 1)) : null;
  }

  private static boolean address(String text) {
    return AddressRange.parse(text).isPresent();
  }

  /** Never more than the owner has. */
  private static List<String> scopes(Fields fields, Caller caller) {
    List<String> grantable = grantable(caller);
    List<String> scopes =
        texts(
            fields,
            "scopes",
            grantable.size(),
            grantable::contains,
            "a permission that you have and that a key may have: " + String.join(", ", grantable));
    if (scopes != null && scopes.isEmpty()) {
      fields.error("scopes", "must name at least one permission", "value_error");
    }
    return scopes;
  }

  private static List<String> grantable(Caller caller) {
    return caller.permissions().stream()
        .filter(Permission::forKeys)
        .map(Permission::text)
        .sorted()
        .toList();
  }

  private static List<String> texts(
      Fields fields, String name, int most, Predicate<String> right, String allowed) {
    JsonNode node = fields.raw(name);
    if (node == null) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    if (!node.isArray() || node.size() > most) {
      fields.error(name, "must be an array of at most %d strings".formatted(most), "type_error");
      return texts;
    }
    for (JsonNode each : node) {
      if (!each.isTextual() || !right.test(each.textValue())) {
        fields.error(name, "must hold strings, each " + allowed, "value_error");
        return texts;
      }
      texts.add(each.textValue());
    }
    return texts.stream().distinct().toList();
  }

  private static Instant expiry(Fields fields) {
    String text = fields.text("expires_at", 1, 40, null);
    if (text == null) {
      return null;
    }
    try {
      Instant at = OffsetDateTime.parse(text).toInstant();
      if (at.isAfter(Instant.now())) {
        return at;
      }
      fields.error("expires_at", "must be in the future", "value_error");
    } catch (DateTimeParseException e) {
      fields.error("expires_at", "must be a time such as 2030-01-31T12:00:00Z", "value_error");
    }
    return null;
  }
}
