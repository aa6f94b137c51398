package ai.bharatbuild.accounts;

import ai.bharatbuild.http.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** What a password must be like: 8 to 128 characters, among them four kinds. */
public final class PasswordRules {
  private static final int SHORTEST = 8;
  private static final int LONGEST = 128;

  private PasswordRules() {}

  /** Notes an error at that field when the password is not allowed; null is left to others. */
  public static void check(Fields fields, String field, String password) {
    if (password == null) {
      return;
    }
    int length = password.codePointCount(0, password.length());
    List<String> missing = new ArrayList<>();
    need(missing, password, Character::isUpperCase, "an upper-case letter");
    need(missing, password, Character::isLowerCase, "a lower-case letter");
    need(missing, password, Character::isDigit, "a digit");
    need(missing, password, PasswordRules::isSymbol, "a symbol");
    if (length < SHORTEST || length > LONGEST) {
      fields.error(field, "must have %d to %d characters".formatted(SHORTEST, LONGEST), "length");
    } else if (password.chars().anyMatch(Character::isISOControl)) {
      fields.error(field, "must not have control characters", "value_error");
    } else if (!missing.isEmpty()) {
      fields.error(field, "must also have " + String.join(", ", missing), "value_error");
    }
  }

  private static void need(List<String> missing, String password, IntPredicate kind, String name) {
    if (password.codePoints().noneMatch(kind)) {
      missing.add(name);
    }
  }

  private static boolean isSymbol(int c) {
    return !Character.isLetterOrDigit(c) && !Character.isWhitespace(c);
  }
}
