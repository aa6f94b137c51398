package ai.bharatbuild.files;

import java.util.HashSet;
import java.util.Set;

/**
 * Finds and sets where the files of workspaces are. A name in the directory of all workspaces is
 * the files' own directory, or a link that the server made; nobody else can write there. Methods
 * block; any thread may call them.
 */
final class Places {
  private final Fd base;
  private final Fd temporary;
  private final Fd trash;

  Places(Fd base, Fd temporary, Fd trash) {
    this.base = base;
    this.temporary = temporary;
    this.trash = trash;
  }

  /**
   * Where a workspace's files are.
   *
   * @throws FileFailure of kind NOT_FOUND when there is no such workspace
   */
  Place of(String id) {
    FileStat stat = Directories.stat(base.number(), bytes(id));
    if (stat == null) {
      throw FileFailure.of(-Linux.ENOENT, "");
    }
    if (stat.type() != FileStat.Type.LINK) {
      return Place.NAMED;
    }
    Place place = linked(bytes(id));
    if (place == null) {
      throw FileFailure.of(-Linux.ELOOP, "");
    }
    return place;
  }

  /** Where a workspace's link leads to; null where it has none. */
  Place linked(String id) {
    return linked(bytes(id));
  }

  private Place linked(byte[] name) {
    byte[] target = Directories.readLink(base.number(), name);
    return target == null ? null : Place.ofLink(target);
  }

  /** Every place that a workspace's link leads to. */
  Set<Place> occupied() {
    Set<Place> places = new HashSet<>();
    try (Fd fd = Directories.openForReading(base.number(), new byte[0])) {
      for (Directories.Name name : Directories.read(fd)) {
        Place place = linked(name.bytes());
        if (place != null) {
          places.add(place);
        }
      }
    }
    return places;
  }

  /**
   * Opens a workspace's home; the caller closes it.
   *
   * @throws FileFailure of kind NOT_FOUND when there is none
   */
  Home home(String id) {
    try {
      return home(id, Place.NAMED);
    } catch (FileFailure e) {
      // Most workspaces are no links, so that is looked at only where opening a directory fails.
      Place place = e.kind() == FileFailure.Kind.INVALID_PATH ? linked(id) : null;
      if (place == null) {
        throw e;
      }
      return linkedHome(id, place);
    }
  }

  private Home linkedHome(String id, Place place) {
    try {
      return home(id, place);
    } catch (FileFailure e) {
      if (place.isVolume() && e.kind() == FileFailure.Kind.NOT_FOUND) {
        throw new FileFailure(
            FileFailure.Kind.IO, "the volume " + place.token() + " is not mounted");
      }
      throw e;
    }
  }

  Home home(String id, Place place) {
    return Home.open(base, place, id, temporary, trash);
  }

  /**
   * Makes a workspace's name lead to a place, in one step.
   *
   * @return the name in the temporary directory under which what had the name before is now
   */
  byte[] link(String id, Place place, String aside) {
    byte[] name = bytes(aside);
    int made = LinuxPlaces.symlink(bytes(place.path(id)), temporary.number(), name);
    if (made == 0) {
      made = exchange(name, bytes(id));
    }
    if (made < 0) {
      Linux.unlink(temporary.number(), name, 0);
      throw FileFailure.of(made, "giving a workspace its place");
    }
    return name;
  }

  private int exchange(byte[] aside, byte[] id) {
    int how = Linux.RENAME_EXCHANGE;
    int made = Linux.rename(temporary.number(), aside, base.number(), id, how);
    if (made == -Linux.EACCES) {
      TreeRemover.unlock(base.number(), id);
      made = Linux.rename(temporary.number(), aside, base.number(), id, how);
    }
    return made;
  }

  private static byte[] bytes(String text) {
    return WorkspaceBase.bytes(text);
  }
}
