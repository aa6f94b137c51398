package ai.bharatbuild.files;

import ai.bharatbuild.files.FileFailure.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Gives a workspace another place for its files. An intent is noted before the first file moves, so
 * that whoever finds it after the server was killed can tell how far it got: as long as the
 * workspace's link does not lead to the new place, everything belongs in the old one. Nothing else
 * may change the workspace meanwhile. Methods block.
 */
final class Occupation {
  private final WorkspaceBase base;
  private final Places places;
  private final Volumes volumes;
  private final Fd intents;

  Occupation(WorkspaceBase base, Places places, Volumes volumes, Fd intents) {
    this.base = base;
    this.volumes = volumes;
    this.places = places;
    this.intents = intents;
  }

  /**
   * Moves a workspace's files to a prepared place and makes that its own.
   *
   * @throws FileFailure of kind NOT_FOUND when one of both is not there, NO_SPACE when the files do
   *     not fit; both are as they were then
   */
  void run(String id, Place to, Runnable moving) {
    Place from = places.of(id);
    if (from.equals(to)) {
      return;
    }
    try (Home old = places.home(id, from);
        Home target = places.home(id, to)) {
      note(id, to);
      move(old, target, id, moving);
      base.discardTemporary(places.link(id, to, base.unique()));
      forget(id);
    }
    if (!from.isNamed()) {
      base.discard(from);
    }
  }

  private void move(Home old, Home target, String id, Runnable moving) {
    try {
      if (old.place().isVolume() || target.place().isVolume()) {
        copy(old, target);
        moving.run();
      } else {
        moving.run();
        moveEntries(old, target);
      }
    } catch (RuntimeException e) {
      forget(id);
      throw e;
    }
  }

  /** The old files stay whole until the workspace's name leads to the new ones. */
  private void copy(Home old, Home target) {
    empty(target);
    try {
      new TreeCopier(target.temporary(), base.unique()).copy(old.root(), target.root());
    } catch (RuntimeException e) {
      empty(target);
      boolean full = e instanceof FileFailure failure && failure.kind() == Kind.NO_SPACE;
      throw full && target.place().isVolume() ? FileFailure.doesNotFit(target.place().limit()) : e;
    }
  }

  /** Nothing of anybody's may stay in a place that nobody has. */
  private void empty(Home prepared) {
    new TreeRemover(prepared.root().number(), base::unique).removeContent();
  }

  private void moveEntries(Home old, Home target) {
    Deque<byte[]> moved = new ArrayDeque<>();
    try (Fd reading = Directories.openForReading(old.root().number(), new byte[0])) {
      for (Directories.Name name : Directories.read(reading)) {
        moveEntry(old.root(), target, name.bytes());
        moved.push(name.bytes());
      }
    } catch (RuntimeException e) {
      for (byte[] name : moved) {
        moveEntry(target.root(), old, name);
      }
      throw e;
    }
  }

  /** What the workspace holds wins over what its sandbox left in the prepared place. */
  private void moveEntry(Fd from, Home to, byte[] name) {
    int moved = rename(from, to, name);
    if (moved == -Linux.EEXIST) {
      base.discard(to.root().number(), name, to);
      moved = rename(from, to, name);
    }
    if (moved < 0 && moved != -Linux.ENOENT) {
      throw FileFailure.of(moved, "moving a workspace's files");
    }
  }

  private static int rename(Fd from, Home to, byte[] name) {
    int dir = to.root().number();
    int moved = Linux.rename(from.number(), name, dir, name, Linux.RENAME_NOREPLACE);
    if (moved != -Linux.EACCES) {
      return moved;
    }
    // Moving a directory rewrites its "..", which its owner may have forbidden.
    FileStat stat = Directories.stat(from.number(), name);
    TreeRemover.unlock(from.number(), name);
    moved = Linux.rename(from.number(), name, dir, name, Linux.RENAME_NOREPLACE);
    if (moved == 0 && stat != null && stat.isDirectory()) {
      try (Fd fd = Directories.open(dir, name)) {
        Linux.chmodByPath(fd.number(), stat.mode());
      }
    }
    return moved;
  }

  private void note(String id, Place to) {
    int noted = LinuxPlaces.symlink(bytes(to.token()), intents.number(), bytes(id));
    if (noted < 0) {
      throw FileFailure.of(noted, "noting a move");
    }
  }

  private void forget(String id) {
    Linux.unlink(intents.number(), bytes(id), 0);
  }

  /** Puts back what a killed server had begun to move. To be called before anything is read. */
  void recover() {
    try (Fd reading = Directories.openForReading(intents.number(), new byte[0])) {
      for (Directories.Name name : Directories.read(reading)) {
        byte[] token = Directories.readLink(intents.number(), name.bytes());
        if (token != null) {
          recover(new String(name.bytes(), StandardCharsets.UTF_8), Place.ofToken(text(token)));
        }
      }
    }
  }

  private void recover(String id, Place to) {
    try {
      Place at = places.of(id);
      if (!at.equals(to)) {
        putBack(id, at, to);
      }
    } catch (FileFailure e) {
      if (e.kind() != Kind.NOT_FOUND) {
        throw e;
      }
      // The workspace or the place is gone altogether, and with it what there was to put back.
    }
    forget(id);
  }

  private void putBack(String id, Place at, Place to) {
    boolean copied = at.isVolume() || to.isVolume();
    if (to.isVolume() && !volumes.attach(to)) {
      return;
    }
    if (copied) {
      try (Home target = places.home(id, to)) {
        empty(target);
      }
      return;
    }
    try (Home old = places.home(id, at);
        Home target = places.home(id, to)) {
      moveEntries(target, old);
    }
  }

  private static byte[] bytes(String text) {
    return WorkspaceBase.bytes(text);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
