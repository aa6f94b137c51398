package ai.bharatbuild.files;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * Places for files that are made before a workspace needs them, so that a sandbox can wait on them.
 * One becomes a workspace's by {@link Occupation}, and then bears its inode on; what was given away
 * is no longer among these. All methods block; any thread may call them.
 */
public final class PreparedPlaces {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int TOKEN_BYTES = 12;
  private static final int MODE = 0700;

  private final WorkspaceBase base;
  private final Places places;
  private final Fd directory;

  PreparedPlaces(WorkspaceBase base, Places places, Fd directory) {
    this.base = base;
    this.places = places;
    this.directory = directory;
  }

  /**
   * An empty place that belongs to nobody yet.
   *
   * @param token names it; fit for a file name
   * @param path its directory, which keeps its inode and its path as long as it lives
   */
  public record Prepared(String token, Path path) {}

  /** Makes a directory. */
  public Prepared make() {
    byte[] random = new byte[TOKEN_BYTES];
    RANDOM.nextBytes(random);
    Place place = Place.ofToken(HexFormat.of().formatHex(random));
    base.makeOwned(directory, place.token());
    return prepared(place);
  }

  private Prepared prepared(Place place) {
    return new Prepared(place.token(), place.below(base.path(), ""));
  }

  /** Takes one away that nobody got; does nothing where there is none. */
  public void discard(String token) {
    Place place = Place.ofToken(token);
    if (!places.occupied().contains(place)) {
      base.discard(place);
    }
  }

  /** Takes all away that nobody got but those with these tokens. */
  public void keep(Collection<String> tokens) {
    Set<Place> stay = new HashSet<>(places.occupied());
    for (Directories.Name name : names()) {
      Place place = placeOf(name);
      if (place != null && !tokens.contains(place.token()) && !stay.contains(place)) {
        base.discard(place);
      }
    }
  }

  private Collection<Directories.Name> names() {
    try (Fd fd = Directories.openForReading(directory.number(), new byte[0])) {
      return Directories.read(fd);
    }
  }

  private static Place placeOf(Directories.Name name) {
    try {
      return Place.ofToken(new String(name.bytes(), java.nio.charset.StandardCharsets.ISO_8859_1));
    } catch (FileFailure e) {
      return null;
    }
  }
}
