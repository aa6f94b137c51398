package ai.bharatbuild.projects;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The states of a project and, as a table, the ways between them. */
public enum ProjectStatus {
  DRAFT,
  IN_PROGRESS,
  /** A task leads it; the queue alone changes it to this state and out of it. */
  PROCESSING,
  PARTIAL_COMPLETED,
  COMPLETED,
  FAILED,
  CANCELLED;

  private static final Map<ProjectStatus, Set<ProjectStatus>> TRANSITIONS =
      Map.of(
          DRAFT, EnumSet.of(IN_PROGRESS, PROCESSING, CANCELLED),
          IN_PROGRESS, EnumSet.of(PROCESSING, PARTIAL_COMPLETED, COMPLETED, CANCELLED),
          PROCESSING, EnumSet.of(COMPLETED, FAILED, CANCELLED),
          PARTIAL_COMPLETED, EnumSet.of(IN_PROGRESS, PROCESSING, COMPLETED, CANCELLED),
          COMPLETED, EnumSet.of(IN_PROGRESS, PROCESSING),
          FAILED, EnumSet.of(IN_PROGRESS, PROCESSING, CANCELLED),
          CANCELLED, EnumSet.of(IN_PROGRESS, PROCESSING));

  /** Whether the table has a way from here. */
  public boolean leadsTo(ProjectStatus next) {
    return TRANSITIONS.get(this).contains(next);
  }

  /** The states from which a user may bring a project to this one; staying is always allowed. */
  List<ProjectStatus> reachedByUserFrom() {
    return Arrays.stream(values())
        .filter(from -> from == this || from.leadsTo(this))
        .filter(from -> from == this || from != PROCESSING && this != PROCESSING)
        .toList();
  }

  @JsonValue
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<ProjectStatus> of(String text) {
    return Arrays.stream(values()).filter(it -> it.text().equals(text)).findFirst();
  }
}
