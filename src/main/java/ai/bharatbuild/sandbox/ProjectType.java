package ai.bharatbuild.sandbox;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Optional;

/** What a sandbox is made for; each type has its own runtime image. */
public enum ProjectType {
  NODE,
  PYTHON,
  JAVA,
  GO,
  RUST,
  RUBY,
  PHP,
  STATIC;

  /** The name used in the API, in labels and in image names. */
  @JsonValue
  public String id() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** The type with that {@link #id()}, compared exactly. */
  public static Optional<ProjectType> of(String id) {
    return Arrays.stream(values()).filter(type -> type.id().equals(id)).findFirst();
  }

  @JsonCreator
  static ProjectType parse(String id) {
    return of(id).orElseThrow(() -> new IllegalArgumentException("unknown project type " + id));
  }
}
