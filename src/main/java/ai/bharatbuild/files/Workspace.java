package ai.bharatbuild.files;

import ai.bharatbuild.files.FileFailure.Kind;

/**
 * One open workspace. Every path is resolved by the kernel beneath this directory and through no
 * link, in one step, so that nothing a process in the sandbox does meanwhile can lead an operation
 * outside. No operation waits on a FIFO or a device. Methods block and throw {@link FileFailure};
 * several threads may use one at once, as long as nobody closes it meanwhile.
 */
public final class Workspace implements AutoCloseable {
  private static final int FILE_MODE = 0644;
  private static final int EXECUTABLE = 0111;
  private static final int ATTEMPTS = 16;
  private static final int READ_ATTEMPTS = 4;

  private final WorkspaceBase base;
  private final Home home;
  private final Fd root;

  Workspace(WorkspaceBase base, Home home) {
    this.base = base;
    this.home = home;
    this.root = home.root();
  }

  /** Begins to receive a file that is to be published here. */
  public Upload begin() {
    return Upload.begin(base, home);
  }

  /**
   * Puts a file at a path, making its directories. Readers see the old content or the new, never
   * anything between. Executable bits of a file that stood there are kept.
   *
   * @return size of the file that was replaced, or -1
   */
  public long write(WorkspacePath path, byte[] bytes) {
    try (Upload upload = begin()) {
      upload.append(bytes, 0, bytes.length);
      return publish(path, upload);
    }
  }

  /**
   * Makes a finished upload the file at a path; otherwise as {@link #write}.
   *
   * <p>Why the two kinds of rename (measured on ext4 and tmpfs, microseconds for a 1 KB file, best
   * of three runs): new file by rename without replacing 19 and 10, by writing in place 13 and 6
   * but visible half written; existing file by rename over it 80 and 10, because ext4 then flushes
   * the new file, by truncating 29 and 5 but visible half written, by exchanging and unlinking the
   * old one 18 and 11.
   */
  public long publish(WorkspacePath path, Upload upload) {
    upload.bringTo(home);
    if (!upload.sealed()) {
      prepare(upload);
    }
    byte[] name = path.nameBytes();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try (Fd parent = path.hasParent() ? makeParent(path) : null) {
        long replaced = tryPublish(parent == null ? root.number() : parent.number(), name, upload);
        if (replaced >= -1) {
          return replaced;
        }
      }
    }
    throw unsettled();
  }

  private void prepare(Upload upload) {
    base.owner().give(upload.fd());
    if (!base.makesPlainFiles()) {
      Linux.chmod(upload.fd().number(), FILE_MODE);
    }
  }

  /** Size replaced, -1 for a new file, -2 when the path changed meanwhile. */
  private long tryPublish(int parent, byte[] name, Upload upload) {
    // Most files are new, so that is tried before anything is asked.
    int result = rename(upload, parent, name, Linux.RENAME_NOREPLACE);
    if (result == 0) {
      upload.published();
      return -1;
    }
    if (result == -Linux.ENOENT) {
      return -2;
    }
    if (result != -Linux.EEXIST) {
      throw FileFailure.of(result, "publishing a file");
    }
    FileStat old = Directories.stat(parent, name);
    return old == null ? -2 : replace(parent, name, upload, old);
  }

  private long replace(int parent, byte[] name, Upload upload, FileStat old) {
    requireReplaceable(old);
    if (!upload.sealed() && (old.mode() & EXECUTABLE) != 0) {
      Linux.chmod(upload.fd().number(), FILE_MODE | old.mode() & EXECUTABLE);
    }
    int result = rename(upload, parent, name, Linux.RENAME_EXCHANGE);
    if (result == -Linux.ENOENT) {
      return -2;
    }
    if (result < 0) {
      throw FileFailure.of(result, "publishing a file");
    }
    FileStat swapped =
        Directories.stat(home.temporary().number(), WorkspaceBase.bytes(upload.name()));
    if (swapped != null && !swapped.isFile()) {
      rename(upload, parent, name, Linux.RENAME_EXCHANGE);
      return -2;
    }
    return swapped == null ? old.size() : swapped.size();
  }

  private int rename(Upload upload, int parent, byte[] name, int how) {
    byte[] from = WorkspaceBase.bytes(upload.name());
    return Linux.rename(home.temporary().number(), from, parent, name, how);
  }

  /**
   * Puts a file at a path, as {@link #write} does, or takes away the one that stands there, but
   * only where there stands what the caller saw last: nobody's change is lost that the caller does
   * not know. What somebody does who has the file open meanwhile may be missed; see {@link Swap}.
   *
   * @param seen hash of the content as the caller knows it, see {@link Sha256}; null where it knows
   *     of no file
   * @param bytes null to take the file away
   * @param limit the largest file that callers can have seen, in bytes
   * @return whether it was done; if not, nothing has changed
   */
  public boolean swap(WorkspacePath path, String seen, byte[] bytes, long limit) {
    Swap swap = new Swap(home, path, seen, limit);
    if (bytes == null) {
      return swap.remove(base.unique());
    }
    try (Upload upload = begin()) {
      upload.append(bytes, 0, bytes.length);
      prepare(upload);
      return swap.write(upload, base.owner());
    }
  }

  static FileFailure unsettled() {
    return new FileFailure(Kind.CONFLICT, "Something keeps changing this path.");
  }

  private static void requireReplaceable(FileStat old) {
    switch (old.type()) {
      case FILE -> {}
      case DIRECTORY -> throw new FileFailure(Kind.CONFLICT, "A directory stands at this path.");
      case LINK -> throw new FileFailure(Kind.INVALID_PATH, "A link stands at this path.");
      case OTHER -> throw new FileFailure(Kind.CONFLICT, "A special file stands at this path.");
    }
  }

  private Fd makeParent(WorkspacePath path) {
    return Directories.makeParent(root, path, base.owner());
  }

  /** Makes a directory and those on the way to it; nothing happens where it exists. */
  public void makeDirectories(WorkspacePath path) {
    Directories.make(root.number(), path.bytes(), base.owner()).close();
  }

  /** A file's bytes and what was true of it while they were read. */
  public record Content(byte[] bytes, FileStat stat) {}

  /**
   * The whole content of a regular file. Replacing the file meanwhile does not matter; where it is
   * being changed in place, reading is tried again a few times.
   *
   * @throws FileFailure of kind TOO_LARGE when it has more than {@code limit} bytes
   */
  public Content read(WorkspacePath path, long limit) {
    for (int attempt = 1; ; attempt++) {
      try (Fd fd = RegularFiles.open(root, path)) {
        FileStat before = Directories.stat(fd);
        if (before.size() > limit) {
          throw FileFailure.tooLarge("The file", limit, before.size());
        }
        byte[] bytes = RegularFiles.readAll(fd, (int) before.size());
        FileStat after = Directories.stat(fd);
        boolean still =
            after.changedNanos() == before.changedNanos() && after.size() == bytes.length;
        if (still || attempt == READ_ATTEMPTS) {
          return new Content(bytes, after);
        }
      }
    }
  }

  /** Opens a regular file for reading; the channel stays valid whatever happens to the path. */
  public OpenFile open(WorkspacePath path) {
    try (Fd fd = RegularFiles.open(root, path)) {
      return OpenFile.of(fd, Directories.stat(fd));
    }
  }

  /** What stands at a path, without following it; null where nothing does. */
  public FileStat stat(WorkspacePath path) {
    if (!path.hasParent()) {
      return Directories.stat(root.number(), path.nameBytes());
    }
    try (Fd parent = Directories.open(root.number(), path.parentBytes())) {
      return Directories.stat(parent.number(), path.nameBytes());
    } catch (FileFailure e) {
      if (e.kind() == Kind.NOT_FOUND || e.kind() == Kind.CONFLICT) {
        return null;
      }
      throw e;
    }
  }

  /** Removes a file or directory; the space of a directory is freed by the base's trash. */
  public void delete(WorkspacePath path, boolean recursive) {
    try (Fd parent = Directories.parent(root, path)) {
      byte[] name = path.nameBytes();
      FileStat stat = require(Directories.stat(parent.number(), name));
      if (!stat.isDirectory()) {
        check(Linux.unlink(parent.number(), name, 0), "removing a file");
      } else if (!recursive) {
        check(Linux.unlink(parent.number(), name, Linux.AT_REMOVEDIR), "removing a directory");
      } else if (!base.trash().take(parent.number(), name, home)) {
        throw new FileFailure(Kind.NOT_FOUND, "No such file or directory.");
      }
    }
  }

  /** Moves a regular file or a directory, making the target's directories. */
  public void move(WorkspacePath from, WorkspacePath to, boolean overwrite) {
    try (Fd source = Directories.parent(root, from)) {
      FileStat moved = require(Directories.stat(source.number(), from.nameBytes()));
      if (moved.type() == FileStat.Type.OTHER) {
        throw RegularFiles.not();
      }
      if (from.equals(to)) {
        return;
      }
      if (to.isWithin(from)) {
        throw intoItself();
      }
      try (Fd target = makeParent(to)) {
        FileStat old = Directories.stat(target.number(), to.nameBytes());
        requireFree(moved, old, overwrite);
        int how = old == null ? Linux.RENAME_NOREPLACE : 0;
        int result =
            Linux.rename(source.number(), from.nameBytes(), target.number(), to.nameBytes(), how);
        if (result == -Linux.EINVAL) {
          throw intoItself();
        }
        check(result, "moving");
      }
    }
  }

  private static void requireFree(FileStat moved, FileStat old, boolean overwrite) {
    if (old == null) {
      return;
    }
    if (!overwrite) {
      throw new FileFailure(Kind.EXISTS, "Something exists at the target already.");
    }
    requireReplaceable(old);
    if (moved.isDirectory()) {
      throw new FileFailure(Kind.CONFLICT, "A file stands at the target.");
    }
  }

  private static FileFailure intoItself() {
    return new FileFailure(Kind.CONFLICT, "A directory cannot be moved into itself.");
  }

  private static FileStat require(FileStat stat) {
    if (stat == null) {
      throw new FileFailure(Kind.NOT_FOUND, "No such file or directory.");
    }
    if (stat.type() == FileStat.Type.LINK) {
      throw new FileFailure(Kind.INVALID_PATH, "A link stands at this path.");
    }
    return stat;
  }

  private static void check(int result, String action) {
    if (result < 0) {
      throw FileFailure.of(result, action);
    }
  }

  /** Visits everything below a directory; see {@link TreeWalk}. */
  public TreeWalk.Result walk(
      WorkspacePath below, TreeWalk.Filter filter, TreeWalk.Visitor visitor) {
    return new TreeWalk(root.number(), filter, visitor, false).run(below);
  }

  /** Visits the entries of one directory. */
  public TreeWalk.Result list(WorkspacePath directory, TreeWalk.Visitor visitor) {
    return new TreeWalk(root.number(), TreeWalk.Filter.ALL, visitor, true).run(directory);
  }

  @Override
  public void close() {
    home.close();
  }
}
