package ai.bharatbuild.files;

import java.util.List;
import java.util.function.Supplier;

/**
 * Removes whatever stands in a private directory, however hostile: no recursion deeper than a few
 * levels (deeper directories are first moved up to the top), no link followed, and directories that
 * forbid reading are opened up by handle.
 */
final class TreeRemover {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_ROUNDS = 1_000_000;

  private final int top;
  private final Supplier<String> uniqueNames;

  TreeRemover(int top, Supplier<String> uniqueNames) {
    this.top = top;
    this.uniqueNames = uniqueNames;
  }

  void removeContent() {
    boolean movedUp = true;
    for (int round = 0; movedUp && round < MAX_ROUNDS; round++) {
      movedUp = false;
      try (Fd fd = Directories.openForReading(top, new byte[0])) {
        for (Directories.Name name : Directories.read(fd)) {
          movedUp |= remove(top, name, 0);
        }
      }
    }
  }

  /** Returns whether something was moved to the top and so is still to be removed. */
  private boolean remove(int dir, Directories.Name name, int depth) {
    if (!name.directory() && Linux.unlink(dir, name.bytes(), 0) != -Linux.EISDIR) {
      return false;
    }
    if (depth >= MAX_DEPTH) {
      return moveUp(dir, name.bytes());
    }
    boolean movedUp = removeChildren(dir, name.bytes(), depth);
    Linux.unlink(dir, name.bytes(), Linux.AT_REMOVEDIR);
    return movedUp;
  }

  private boolean moveUp(int dir, byte[] name) {
    byte[] target = WorkspaceBase.bytes(uniqueNames.get());
    if (Linux.rename(dir, name, top, target, Linux.RENAME_NOREPLACE) == 0) {
      return true;
    }
    unlock(dir, name);
    return Linux.rename(dir, name, top, target, Linux.RENAME_NOREPLACE) == 0;
  }

  private boolean removeChildren(int dir, byte[] name, int depth) {
    boolean movedUp = false;
    try (Fd fd = openUnlocked(dir, name)) {
      List<Directories.Name> children = Directories.read(fd);
      for (Directories.Name child : children) {
        movedUp |= remove(fd.number(), child, depth + 1);
      }
    } catch (FileFailure e) {
      // Gone already, or replaced by something else; the next call sees what is left.
      return movedUp;
    }
    return movedUp;
  }

  private static Fd openUnlocked(int dir, byte[] name) {
    unlockWhenClosed(dir, name);
    return Directories.openForReading(dir, name);
  }

  private static void unlockWhenClosed(int dir, byte[] name) {
    FileStat stat = Directories.stat(dir, name);
    if (stat != null && stat.isDirectory() && (stat.mode() & 0700) != 0700) {
      unlock(dir, name);
    }
  }

  /** Lets the owner into a directory; by handle, so that a swapped-in link is not followed. */
  static void unlock(int dir, byte[] name) {
    try (Fd fd = Directories.open(dir, name)) {
      Linux.chmodByPath(fd.number(), 0700);
    } catch (FileFailure e) {
      // Not a directory any more; the caller's next step finds out.
    }
  }
}
