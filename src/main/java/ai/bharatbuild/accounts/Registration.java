package ai.bharatbuild.accounts;

import ai.bharatbuild.http.Fields;
import ai.bharatbuild.http.Role;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;

/** What somebody who registers has to give, checked. */
public record Registration(
    String email,
    String password,
    String name,
    Role role,
    String rollNumber,
    String college,
    String department,
    String course,
    String guide) {
  private static final int LONGEST = 200;
  private static final int LONGEST_EMAIL = 254;
  private static final Pattern EMAIL =
      Pattern.compile("[^\\s@\\p{Cntrl}]+@[^\\s@\\p{Cntrl}.]+(\\.[^\\s@\\p{Cntrl}.]+)+");

  /** Reads the body; throws 422 that tells every wrong member. */
  static Registration read(JsonNode body) {
    Fields fields = Fields.of(body);
    String email = email(fields);
    String password = fields.text("password", 0, Integer.MAX_VALUE);
    PasswordRules.check(fields, "password", password);
    String name = fields.text("name", 1, LONGEST);
    Role role = role(fields);
    boolean student = role == Role.STUDENT;
    Registration read =
        new Registration(
            email,
            password,
            name,
            role,
            detail(fields, "roll_number", student),
            detail(fields, "college", student),
            detail(fields, "department", student),
            detail(fields, "course", student),
            detail(fields, "guide", student));
    fields.check();
    return read;
  }

  /** The member {@code email}, or null with an error noted. */
  static String email(Fields fields) {
    String email = fields.text("email", 1, LONGEST_EMAIL);
    if (email != null && !EMAIL.matcher(email.strip()).matches()) {
      fields.error("email", "must be an e-mail address such as name@example.org", "value_error");
    }
    return email == null ? null : email.strip();
  }

  private static Role role(Fields fields) {
    String text = fields.text("role", 1, LONGEST, Role.DEVELOPER.text());
    Role role = text == null ? null : Role.of(text).orElse(null);
    if (text != null && (role == null || role == Role.ADMIN)) {
      fields.error(
          "role",
          "must be student, developer, founder, faculty or api_partner; only an administrator"
              + " makes administrators",
          "value_error");
    }
    return role;
  }

  private static String detail(Fields fields, String name, boolean required) {
    return required || fields.has(name) ? fields.text(name, 1, LONGEST) : null;
  }
}
