package ai.bharatbuild.gate;

import java.util.Locale;

/** What an attack goes for. */
enum Kind {
  RESOURCES,
  PRIVILEGES,
  LINKS,
  ARCHIVES,
  ESCAPEES,
  ENGINE,
  NETWORK,
  PREVIEW,
  RESIDUE,
  COMPILE,
  NAMES;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
