package ai.bharatbuild.files;

/**
 * Replaces or removes one file, but only where it is what the caller saw last.
 *
 * <p>To look and then to change leaves a moment in which a process in the sandbox may change the
 * file. So it is looked at twice: before, which spares everybody the sight of what is not to stay;
 * and after what stood there was taken away from its path, in the step that put the new file there.
 * Nobody can open it then, so what it holds is decided, and if it is not what the caller saw it
 * goes back. What cannot be seen is a change by somebody who had opened the file before, through a
 * descriptor or a mapping, and makes it after the second look; and what somebody writes into the
 * new file in the few microseconds before the other one is back.
 */
final class Swap {
  private static final int FILE_MODE = 0644;
  private static final int EXECUTABLE = 0111;
  private static final int ATTEMPTS = 16;
  private static final int FLAGS =
      Linux.O_RDONLY | Linux.O_NONBLOCK | Linux.O_NOCTTY | Linux.O_NOFOLLOW;

  private final Fd root;
  private final int temporary;
  private final WorkspacePath path;
  private final String seen;
  private final long limit;

  /**
   * @param seen hash of what the caller saw; null where it saw that there is no file
   * @param limit bytes; a larger file is not what the caller saw
   */
  Swap(Home home, WorkspacePath path, String seen, long limit) {
    this.root = home.root();
    this.temporary = home.temporary().number();
    this.path = path;
    this.seen = seen;
    this.limit = limit;
  }

  /** Makes an upload, begun in the same home, the file at the path; whether it did. */
  boolean write(Upload upload, Ownership owner) {
    if (seen == null) {
      return create(upload, owner);
    }
    try (Fd parent = Directories.parent(root, path)) {
      return replace(parent.number(), path.nameBytes(), upload);
    } catch (FileFailure e) {
      return notThere(e);
    }
  }

  /**
   * Removes the file; whether it did.
   *
   * @param free a name that the temporary directory does not have
   */
  boolean remove(String free) {
    if (seen == null) {
      return false;
    }
    try (Fd parent = Directories.parent(root, path)) {
      return remove(parent.number(), path.nameBytes(), WorkspaceBase.bytes(free));
    } catch (FileFailure e) {
      return notThere(e);
    }
  }

  /** False where the failure is that there is nothing at the path. */
  private static boolean notThere(FileFailure failure) {
    if (failure.kind() == FileFailure.Kind.NOT_FOUND) {
      return false;
    }
    throw failure;
  }

  private boolean create(Upload upload, Ownership owner) {
    byte[] from = WorkspaceBase.bytes(upload.name());
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try (Fd parent = Directories.makeParent(root, path, owner)) {
        int to = parent.number();
        int result = Linux.rename(temporary, from, to, path.nameBytes(), Linux.RENAME_NOREPLACE);
        if (result == 0) {
          upload.published();
          return true;
        }
        if (result == -Linux.EEXIST) {
          return false;
        }
        if (result != -Linux.ENOENT) {
          throw FileFailure.of(result, "making a file");
        }
      }
    }
    throw Workspace.unsettled();
  }

  private boolean replace(int parent, byte[] name, Upload upload) {
    FileStat old = Directories.stat(parent, name);
    if (old == null || !isSeen(parent, name)) {
      return false;
    }
    if ((old.mode() & EXECUTABLE) != 0) {
      Linux.chmod(upload.fd().number(), FILE_MODE | old.mode() & EXECUTABLE);
    }
    byte[] aside = WorkspaceBase.bytes(upload.name());
    int result = Linux.rename(temporary, aside, parent, name, Linux.RENAME_EXCHANGE);
    if (result == -Linux.ENOENT) {
      return false;
    }
    if (result < 0) {
      throw FileFailure.of(result, "replacing a file");
    }
    boolean right = false;
    try {
      right = isSeen(temporary, aside);
    } finally {
      if (!right) {
        putBack(parent, name, upload);
      }
    }
    return right;
  }

  /**
   * Exchanges until what comes out is what was put in: whatever else comes out is newer, and goes
   * back in turn. Who never ceases to replace the file loses one of its own.
   */
  private void putBack(int parent, byte[] name, Upload upload) {
    byte[] aside = WorkspaceBase.bytes(upload.name());
    long standing = Directories.stat(upload.fd()).inode();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      FileStat held = Directories.stat(temporary, aside);
      int result = Linux.rename(temporary, aside, parent, name, Linux.RENAME_EXCHANGE);
      if (result == -Linux.ENOENT) {
        // Whoever removed the new file has not seen the one that stood here.
        if (Linux.rename(temporary, aside, parent, name, Linux.RENAME_NOREPLACE) == 0) {
          upload.published();
        }
        return;
      }
      FileStat out = Directories.stat(temporary, aside);
      if (result < 0 || held == null || out == null || out.inode() == standing) {
        return;
      }
      standing = held.inode();
    }
  }

  private boolean remove(int parent, byte[] name, byte[] free) {
    if (!isSeen(parent, name)) {
      return false;
    }
    int result = Linux.rename(parent, name, temporary, free, Linux.RENAME_NOREPLACE);
    if (result == -Linux.ENOENT) {
      return false;
    }
    if (result < 0) {
      throw FileFailure.of(result, "removing a file");
    }
    boolean right = false;
    try {
      right = isSeen(temporary, free);
    } finally {
      // Where somebody made a file there meanwhile, that one is newer.
      if (right || Linux.rename(temporary, free, parent, name, Linux.RENAME_NOREPLACE) < 0) {
        Linux.unlink(temporary, free, 0);
      }
    }
    return right;
  }

  private boolean isSeen(int directory, byte[] name) {
    int number = Linux.open(directory, name, FLAGS, 0);
    switch (-number) {
      case Linux.ENOENT, Linux.ENOTDIR, Linux.EISDIR, Linux.ELOOP, Linux.EXDEV, Linux.ENXIO -> {
        return false;
      }
      default -> {}
    }
    if (number < 0) {
      throw FileFailure.of(number, "opening a file");
    }
    try (Fd fd = new Fd(number)) {
      FileStat stat = Directories.stat(fd);
      return stat.isFile() && stat.size() <= limit && seen.equals(Sha256.of(fd, limit));
    }
  }
}
