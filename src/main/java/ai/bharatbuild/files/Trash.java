package ai.bharatbuild.files;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Where removed trees lie until there is time to remove them file by file: one directory on the
 * base's mount, and one on each volume. Methods block; any thread may call them.
 */
final class Trash {
  private final Fd base;
  private final Fd directory;
  private final Supplier<String> uniqueNames;

  /** Volumes in whose trash there is something. */
  private final Set<Place> littered = ConcurrentHashMap.newKeySet();

  Trash(Fd base, Fd directory, Supplier<String> uniqueNames) {
    this.base = base;
    this.directory = directory;
    this.uniqueNames = uniqueNames;
  }

  /** Takes what bears a name on the base's mount; whether there was something. */
  boolean take(int dir, byte[] name) {
    return take(dir, name, directory);
  }

  /** Takes what bears a name in a workspace; whether there was something. */
  boolean take(int dir, byte[] name, Home home) {
    if (home.place().isVolume()) {
      littered.add(home.place());
    }
    return take(dir, name, home.trash());
  }

  private boolean take(int dir, byte[] name, Fd into) {
    int moved = move(dir, name, into);
    if (moved == -Linux.EACCES) {
      // Moving a directory rewrites its "..", which its owner may have forbidden.
      TreeRemover.unlock(dir, name);
      moved = move(dir, name, into);
    }
    if (moved < 0 && moved != -Linux.ENOENT) {
      throw FileFailure.of(moved, "removing a directory");
    }
    return moved == 0;
  }

  private int move(int dir, byte[] name, Fd into) {
    byte[] unique = WorkspaceBase.bytes(uniqueNames.get());
    return Linux.rename(dir, name, into.number(), unique, Linux.RENAME_NOREPLACE);
  }

  /** Frees the space of everything that was taken, as far as that can be done now. */
  void empty() {
    new TreeRemover(directory.number(), uniqueNames).removeContent();
    for (Place volume : List.copyOf(littered)) {
      littered.remove(volume);
      clear(volume, "/trash");
    }
  }

  /** Empties a private directory of a volume. */
  void clear(Place volume, String part) {
    try (Fd fd = Home.openBeside(base, volume, part)) {
      new TreeRemover(fd.number(), uniqueNames).removeContent();
    } catch (FileFailure e) {
      // The volume is gone, or is not mounted: nothing of it can be removed one by one.
    }
  }
}
