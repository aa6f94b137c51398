package ai.bharatbuild.sandbox;

import java.util.Locale;

/** Why a sandbox stops, as its {@code container.exit} event says. */
enum Ending {
  /** By itself, as far as the server knows: its first process died, or somebody used the engine. */
  DIED,
  STOPPED,
  RESTARTED,
  IDLE,
  LIFETIME,
  DELETED;

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
