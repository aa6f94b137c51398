package ai.bharatbuild.files;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import ai.bharatbuild.files.FileFailure.Kind;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;

/**
 * Copies a tree to another mount with content, modes, owners, times and links of both kinds. Holes
 * stay holes. Sockets, pipes and devices stay behind. Every step goes by handles and through no
 * link, so it never leaves the trees, whatever is in them. For one copy only.
 */
final class TreeCopier {
  /** Two handles a level are open at a time; no path of the API is as deep. */
  private static final int MAX_DEPTH = 400;

  private static final int LINKS_AT = 16;
  private static final int UID_AT = 20;
  private static final int GID_AT = 24;

  /** Names in {@link #aside} of files that have several names. */
  private final Set<Long> shared = new HashSet<>();

  private final Fd aside;
  private final String prefix;

  /**
   * @param aside a directory on the target's mount, for names of the copier's own
   * @param unique begins those names
   */
  TreeCopier(Fd aside, String unique) {
    this.aside = aside;
    this.prefix = unique + '-';
  }

  private record Owned(FileStat stat, int links, int uid, int gid) {
    static Owned of(int dir, byte[] name) {
      FileStat stat = Directories.stat(dir, name);
      MemorySegment raw = Linux.scratch().stat;
      return stat == null
          ? null
          : new Owned(
              stat,
              raw.get(JAVA_INT, LINKS_AT),
              raw.get(JAVA_INT, UID_AT),
              raw.get(JAVA_INT, GID_AT));
    }
  }

  /**
   * Copies everything below a directory into another.
   *
   * @throws FileFailure of kind NO_SPACE when it does not fit; what was copied until then stays
   */
  void copy(Fd from, Fd to) {
    try {
      children(from, to, 0);
    } finally {
      shared.forEach(inode -> Linux.unlink(aside.number(), asideName(inode), 0));
    }
  }

  private void children(Fd from, Fd to, int depth) {
    if (depth > MAX_DEPTH) {
      throw new FileFailure(Kind.CONFLICT, "Directories lie too deep in one another to be moved.");
    }
    try (Fd reading = Directories.openForReading(from.number(), new byte[0])) {
      for (Directories.Name name : Directories.read(reading)) {
        Owned owned = Owned.of(reading.number(), name.bytes());
        if (owned != null) {
          one(reading, to, name.bytes(), owned, depth);
        }
      }
    }
  }

  private void one(Fd from, Fd to, byte[] name, Owned owned, int depth) {
    switch (owned.stat().type()) {
      case FILE -> file(from, to, name, owned);
      case DIRECTORY -> directory(from, to, name, owned, depth);
      case LINK -> link(from, to, name, owned);
      case OTHER -> {}
    }
  }

  private void directory(Fd from, Fd to, byte[] name, Owned owned, int depth) {
    check(Linux.mkdir(to.number(), name, 0700), "making a directory");
    try (Fd source = Directories.open(from.number(), name);
        Fd target = Directories.openForReading(to.number(), name)) {
      children(source, target, depth + 1);
      check(Linux.chown(target.number(), owned.uid(), owned.gid()), "chown");
      check(Linux.chmod(target.number(), owned.stat().mode()), "chmod");
    }
    check(LinuxPlaces.touch(to.number(), name, owned.stat().modifiedNanos()), "setting times");
  }

  private void file(Fd from, Fd to, byte[] name, Owned owned) {
    long inode = owned.stat().inode();
    if (owned.links() > 1 && shared.contains(inode)) {
      int made = LinuxPlaces.link(aside.number(), asideName(inode), to.number(), name);
      check(made, "linking a file");
      return;
    }
    content(from, to, name, owned);
    if (owned.links() > 1) {
      int made = LinuxPlaces.link(to.number(), name, aside.number(), asideName(inode));
      check(made, "linking a file");
      shared.add(inode);
    }
  }

  private static void content(Fd from, Fd to, byte[] name, Owned owned) {
    int reading = Linux.O_RDONLY | Linux.O_NONBLOCK | Linux.O_NOCTTY | Linux.O_NOFOLLOW;
    int making = Linux.O_RDWR | Linux.O_CREAT | Linux.O_EXCL | Linux.O_NOFOLLOW;
    try (Fd source = opened(Linux.open(from.number(), name, reading, 0));
        Fd target = opened(Linux.open(to.number(), name, making, 0600))) {
      if (Directories.stat(source).isFile()) {
        FileCopy.content(source, target);
      }
      check(Linux.chown(target.number(), owned.uid(), owned.gid()), "chown");
      check(Linux.chmod(target.number(), owned.stat().mode()), "chmod");
    }
    check(LinuxPlaces.touch(to.number(), name, owned.stat().modifiedNanos()), "setting times");
  }

  private static void link(Fd from, Fd to, byte[] name, Owned owned) {
    byte[] target = Directories.readLink(from.number(), name);
    if (target == null) {
      return;
    }
    check(LinuxPlaces.symlink(target, to.number(), name), "making a link");
    check(LinuxPlaces.chown(to.number(), name, owned.uid(), owned.gid()), "chown");
    check(LinuxPlaces.touch(to.number(), name, owned.stat().modifiedNanos()), "setting times");
  }

  private byte[] asideName(long inode) {
    return WorkspaceBase.bytes(prefix + inode);
  }

  private static Fd opened(int number) {
    check(number, "opening a file");
    return new Fd(number);
  }

  private static void check(int result, String action) {
    if (result < 0) {
      throw FileFailure.of(result, action);
    }
  }
}
