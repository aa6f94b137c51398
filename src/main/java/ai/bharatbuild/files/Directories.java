package ai.bharatbuild.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Opening, making and reading directories relative to a handle. */
final class Directories {
  private static final byte[] HERE = {'.'};
  private static final int RECORD_LENGTH_AT = 16;
  private static final int TYPE_AT = 18;
  private static final int NAME_AT = 19;
  private static final byte DT_DIR = 4;

  private Directories() {}

  /** One name in a directory as the system gave it; {@code directory} is a hint to be verified. */
  record Name(byte[] bytes, boolean directory) {}

  /**
   * Opens a directory for looking up names in it. The handle pins the directory wherever it goes.
   */
  static Fd open(int dir, byte[] path) {
    int fd = Linux.open(dir, path, Linux.O_PATH | Linux.O_DIRECTORY, 0);
    if (fd < 0) {
      throw FileFailure.of(fd, "opening a directory");
    }
    return new Fd(fd);
  }

  /** Opens a directory for reading its names. */
  static Fd openForReading(int dir, byte[] path) {
    byte[] name = path.length == 0 ? HERE : path;
    int fd = Linux.open(dir, name, Linux.O_RDONLY | Linux.O_DIRECTORY | Linux.O_NONBLOCK, 0);
    if (fd < 0) {
      throw FileFailure.of(fd, "opening a directory");
    }
    return new Fd(fd);
  }

  /** Opens a directory and makes what is missing on the way to it. */
  static Fd make(int dir, byte[] path, Ownership owner) {
    int fd = Linux.open(dir, path, Linux.O_PATH | Linux.O_DIRECTORY, 0);
    if (fd >= 0) {
      return new Fd(fd);
    }
    if (fd != -Linux.ENOENT) {
      throw FileFailure.of(fd, "opening a directory");
    }
    return makeSteps(dir, path, owner);
  }

  /**
   * Opens the directory that a path is in.
   *
   * @throws FileFailure of kind NOT_FOUND where there is none
   */
  static Fd parent(Fd root, WorkspacePath path) {
    try {
      return open(root.number(), path.hasParent() ? path.parentBytes() : HERE);
    } catch (FileFailure e) {
      throw e.kind() == FileFailure.Kind.CONFLICT
          ? new FileFailure(FileFailure.Kind.NOT_FOUND, "No such file or directory.")
          : e;
    }
  }

  /** Opens the directory that a path is in, made where it is missing. */
  static Fd makeParent(Fd root, WorkspacePath path, Ownership owner) {
    return path.hasParent()
        ? make(root.number(), path.parentBytes(), owner)
        : open(root.number(), HERE);
  }

  private static Fd makeSteps(int dir, byte[] path, Ownership owner) {
    Fd at = null;
    int start = 0;
    try {
      for (int end = 0; end <= path.length; end++) {
        if (end == path.length || path[end] == '/') {
          Fd next =
              step(at == null ? dir : at.number(), Arrays.copyOfRange(path, start, end), owner);
          if (at != null) {
            at.close();
          }
          at = next;
          start = end + 1;
        }
      }
      Fd result = at;
      at = null;
      return result;
    } finally {
      if (at != null) {
        at.close();
      }
    }
  }

  private static Fd step(int dir, byte[] name, Ownership owner) {
    int made = Linux.mkdir(dir, name, 0755);
    if (made < 0 && made != -Linux.EEXIST) {
      throw FileFailure.of(made, "making a directory");
    }
    if (made < 0) {
      return open(dir, name);
    }
    Fd fd = openForReading(dir, name);
    owner.give(fd);
    Linux.chmod(fd.number(), 0755);
    return fd;
  }

  /** All names but {@code .} and {@code ..}. */
  static List<Name> read(Fd directory) {
    List<Name> names = new ArrayList<>();
    MemorySegment buffer = Linux.scratch().io;
    while (true) {
      int filled = Linux.entries(directory.number());
      if (filled == 0) {
        return names;
      }
      if (filled < 0) {
        throw FileFailure.of(filled, "reading a directory");
      }
      for (int at = 0; at < filled; ) {
        int length = Short.toUnsignedInt(buffer.get(JAVA_SHORT, at + RECORD_LENGTH_AT));
        byte[] name = nameAt(buffer, at + NAME_AT, length - NAME_AT);
        if (!isSelfOrParent(name)) {
          names.add(new Name(name, buffer.get(JAVA_BYTE, at + TYPE_AT) == DT_DIR));
        }
        at += length;
      }
    }
  }

  private static byte[] nameAt(MemorySegment buffer, int at, int atMost) {
    int length = 0;
    while (length < atMost && buffer.get(JAVA_BYTE, at + length) != 0) {
      length++;
    }
    byte[] name = new byte[length];
    MemorySegment.copy(buffer, JAVA_BYTE, at, name, 0, length);
    return name;
  }

  private static boolean isSelfOrParent(byte[] name) {
    return name.length <= 2 && name[0] == '.' && name[name.length - 1] == '.';
  }

  /** What a link says; null where there is nothing, or something else. */
  static byte[] readLink(int dir, byte[] name) {
    int length = LinuxPlaces.readLink(dir, name);
    if (length == -Linux.ENOENT || length == -Linux.EINVAL) {
      return null;
    }
    if (length < 0) {
      throw FileFailure.of(length, "reading a link");
    }
    byte[] target = new byte[length];
    MemorySegment.copy(Linux.scratch().io, JAVA_BYTE, 0, target, 0, length);
    return target;
  }

  /** The stat of a name, or null where there is none. */
  static FileStat stat(int dir, byte[] name) {
    int result = Linux.stat(dir, name);
    if (result == -Linux.ENOENT) {
      return null;
    }
    if (result < 0) {
      throw FileFailure.of(result, "stat");
    }
    return FileStat.read(Linux.scratch().stat);
  }

  static FileStat stat(Fd fd) {
    int result = Linux.stat(fd.number());
    if (result < 0) {
      throw FileFailure.of(result, "stat");
    }
    return FileStat.read(Linux.scratch().stat);
  }
}
