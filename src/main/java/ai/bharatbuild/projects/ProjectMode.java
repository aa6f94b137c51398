package ai.bharatbuild.projects;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Whom a project is made for, which decides what is made. */
public enum ProjectMode {
  STUDENT,
  DEVELOPER,
  FOUNDER,
  COLLEGE;

  @JsonValue
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<ProjectMode> of(String text) {
    return Arrays.stream(values()).filter(it -> it.text().equals(text)).findFirst();
  }
}
