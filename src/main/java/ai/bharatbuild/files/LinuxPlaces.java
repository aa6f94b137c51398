package ai.bharatbuild.files;

import static ai.bharatbuild.files.Linux.bind;
import static ai.bharatbuild.files.Linux.impossible;
import static ai.bharatbuild.files.Linux.put;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/**
 * The system calls by which files get from one place to another: links, holes, reserved space,
 * attributes. Each method returns the call's result, or the negated error number.
 */
final class LinuxPlaces {
  static final int SEEK_SET = 0;
  static final int SEEK_DATA = 3;
  static final int SEEK_HOLE = 4;
  private static final int LINK_BYTES = 4096;
  private static final long NANOS = 1_000_000_000L;

  private static final MethodHandle LSEEK =
      bind("lseek", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
  private static final MethodHandle FTRUNCATE =
      bind("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle FALLOCATE =
      bind("fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle READLINKAT =
      bind("readlinkat", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG));
  private static final MethodHandle SYMLINKAT =
      bind("symlinkat", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));
  private static final MethodHandle LINKAT =
      bind(
          "linkat",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle FCHOWNAT =
      bind(
          "fchownat",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle UTIMENSAT =
      bind("utimensat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));

  private LinuxPlaces() {}

  /** Sets where the next byte is read or written, and says where that is. */
  static long seek(int fd, long offset, int whence) {
    Linux.Scratch s = Linux.scratch();
    try {
      long r = (long) LSEEK.invokeExact(s.errno, fd, offset, whence);
      return r >= 0 ? r : s.failed();
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  static int truncate(int fd, long size) {
    Linux.Scratch s = Linux.scratch();
    try {
      return (int) FTRUNCATE.invokeExact(s.errno, fd, size) == 0 ? 0 : s.failed();
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /** Reserves space for so many bytes from the start, and makes the file as long. */
  static int allocate(int fd, long bytes) {
    Linux.Scratch s = Linux.scratch();
    try {
      return (int) FALLOCATE.invokeExact(s.errno, fd, 0, 0L, bytes) == 0 ? 0 : s.failed();
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /** What a link says, into the scratch's io buffer: its length, or an error. */
  static int readLink(int dir, byte[] name) {
    Linux.Scratch s = Linux.scratch();
    try {
      long most = LINK_BYTES;
      long r = (long) READLINKAT.invokeExact(s.errno, dir, put(s.path, name), s.io, most);
      return r >= 0 ? (int) r : s.failed();
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  static int symlink(byte[] target, int dir, byte[] name) {
    Linux.Scratch s = Linux.scratch();
    try {
      int r = (int) SYMLINKAT.invokeExact(s.errno, put(s.path, target), dir, put(s.path2, name));
      return r == 0 ? 0 : s.failed();
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /** Gives a file another name. */
  static int link(int fromDir, byte[] from, int toDir, byte[] to) {
    Linux.Scratch s = Linux.scratch();
    try {
      int r =
          (int) LINKAT.invokeExact(s.errno, fromDir, put(s.path, from), toDir, put(s.path2, to), 0);
      return r == 0 ? 0 : s.failed();
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /** Gives what bears a name, itself and not its target, to a user. */
  static int chown(int dir, byte[] name, int uid, int gid) {
    Linux.Scratch s = Linux.scratch();
    int how = Linux.AT_SYMLINK_NOFOLLOW;
    try {
      int r = (int) FCHOWNAT.invokeExact(s.errno, dir, put(s.path, name), uid, gid, how);
      return r == 0 ? 0 : s.failed();
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /** Sets the times of what bears a name, itself and not its target; nanoseconds since 1970. */
  static int touch(int dir, byte[] name, long nanos) {
    Linux.Scratch s = Linux.scratch();
    for (int at = 0; at < 4 * Long.BYTES; at += 2 * Long.BYTES) {
      s.stat.set(JAVA_LONG, at, Math.floorDiv(nanos, NANOS));
      s.stat.set(JAVA_LONG, at + Long.BYTES, Math.floorMod(nanos, NANOS));
    }
    int how = Linux.AT_SYMLINK_NOFOLLOW;
    try {
      int r = (int) UTIMENSAT.invokeExact(s.errno, dir, put(s.path, name), s.stat, how);
      return r == 0 ? 0 : s.failed();
    } catch (Throwable t) {
      throw impossible(t);
    }
  }
}
