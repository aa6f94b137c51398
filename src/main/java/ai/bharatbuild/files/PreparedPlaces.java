package ai.bharatbuild.files;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Places for files that are made before a workspace needs them, so that a sandbox can wait on them.
 * One becomes a workspace's by {@link Occupation}, and then bears its inode on; what was given away
 * is no longer among these. All methods block; any thread may call them.
 */
public final class PreparedPlaces {
  private final WorkspaceBase base;
  private final Places places;
  private final Volumes volumes;
  private final Fd directory;

  /** Made by this server and given to nobody yet. */
  private final Set<Place> made = ConcurrentHashMap.newKeySet();

  PreparedPlaces(WorkspaceBase base, Places places, Volumes volumes, Fd directory) {
    this.base = base;
    this.volumes = volumes;
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

  /**
   * Makes one.
   *
   * @param limit bytes that it can take on disk at most; 0 for a directory without such a limit
   * @throws FileFailure of kind NO_SPACE when the server's disk has no room for so much
   */
  public Prepared make(long limit) {
    Place place = limit > 0 ? Place.newVolume(limit) : Place.newDirectory();
    made.add(place);
    try {
      if (place.isVolume()) {
        volumes.make(place);
      } else {
        WorkspaceBase.makeOwned(directory, place.token(), base.owner());
      }
    } catch (RuntimeException e) {
      made.remove(place);
      throw e;
    }
    return prepared(place);
  }

  /** One of these is a workspace's now. */
  void given(Place place) {
    made.remove(place);
  }

  private Prepared prepared(Place place) {
    return new Prepared(place.token(), place.below(base.path(), ""));
  }

  /** Takes one away that nobody got; does nothing where there is none. */
  public void discard(String token) {
    Place place = Place.ofToken(token);
    if (!places.occupied().contains(place)) {
      made.remove(place);
      base.discard(place);
    }
  }

  /**
   * Takes all away that nobody got but those with these tokens, and those made since the server
   * started.
   */
  public void keep(Collection<String> tokens) {
    Set<Place> stay = new HashSet<>(places.occupied());
    stay.addAll(made);
    Set<Place> all = new HashSet<>(volumes.all());
    names().stream().map(PreparedPlaces::placeOf).filter(Objects::nonNull).forEach(all::add);
    for (Place place : all) {
      if (tokens.contains(place.token())) {
        if (place.isVolume() && !volumes.attach(place)) {
          base.discard(place);
        }
      } else if (!stay.contains(place)) {
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
    return Place.ofTokenOrNull(new String(name.bytes(), StandardCharsets.ISO_8859_1));
  }
}
