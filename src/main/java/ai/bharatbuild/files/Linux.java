package ai.bharatbuild.files;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * The system calls that the file layer needs and Java's own file API lacks: resolution that cannot
 * be tricked by links (openat2), and renames that refuse or exchange (renameat2). Each method
 * returns the call's result, or the negated error number.
 */
final class Linux {
  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int ENXIO = 6;
  static final int EAGAIN = 11;
  static final int EACCES = 13;
  static final int EBUSY = 16;
  static final int EEXIST = 17;
  static final int EXDEV = 18;
  static final int ENOTDIR = 20;
  static final int EISDIR = 21;
  static final int EINVAL = 22;
  static final int ENOSPC = 28;
  static final int ENAMETOOLONG = 36;
  static final int ENOSYS = 38;
  static final int ENOTEMPTY = 39;
  static final int ELOOP = 40;
  static final int EDQUOT = 122;

  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
  static final int O_RDONLY = 0;
  static final int O_WRONLY = 1;
  static final int O_RDWR = 2;
  static final int O_CREAT = 0100;
  static final int O_EXCL = 0200;
  static final int O_NOCTTY = 0400;
  static final int O_NONBLOCK = 04000;
  static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
  static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;
  static final int O_CLOEXEC = 02000000;
  static final int O_PATH = 010000000;

  static final int AT_FDCWD = -100;
  static final int AT_SYMLINK_NOFOLLOW = 0x100;
  static final int AT_REMOVEDIR = 0x200;
  static final int AT_EMPTY_PATH = 0x1000;
  static final int RENAME_NOREPLACE = 1;
  static final int RENAME_EXCHANGE = 2;

  /** RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH. */
  private static final long RESOLVE_SAFELY = 0x02 | 0x04 | 0x08;

  private static final long SYS_OPENAT2 = 437;
  private static final int IO_BYTES = 128 * 1024;
  private static final byte[] EMPTY = {};

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle OPENAT2 =
      bind(
          "syscall",
          FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG),
          Linker.Option.firstVariadicArg(1));
  private static final MethodHandle CLOSE = bind("close", ints(JAVA_INT));
  private static final MethodHandle MKDIRAT = bind("mkdirat", ints(JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle RENAMEAT2 =
      bind("renameat2", ints(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle UNLINKAT = bind("unlinkat", ints(JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle STATX =
      bind("statx", ints(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle FCHOWN = bind("fchown", ints(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle FCHMOD = bind("fchmod", ints(JAVA_INT, JAVA_INT));
  private static final MethodHandle FUTIMENS = bind("futimens", ints(JAVA_INT, ADDRESS));
  private static final MethodHandle CHMOD = bind("chmod", ints(ADDRESS, JAVA_INT));
  private static final MethodHandle READ =
      bind("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle WRITE =
      bind("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle GETDENTS64 =
      bind("getdents64", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle GETEUID =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("geteuid"), FunctionDescriptor.of(JAVA_INT));

  /**
   * Native memory for arguments, one per thread because allocating per call costs more than most
   * calls.
   */
  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private Linux() {}

  static final class Scratch {
    private final Arena arena = Arena.ofAuto();
    final MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
    final MemorySegment path = arena.allocate(4352);
    final MemorySegment path2 = arena.allocate(4352);
    private final MemorySegment how = arena.allocate(24, 8);
    final MemorySegment stat = arena.allocate(256, 8);
    final MemorySegment io = arena.allocate(IO_BYTES, 8);

    /** The error of the last call, negated. */
    int failed() {
      return -errno.get(JAVA_INT, 0);
    }
  }

  static Scratch scratch() {
    return SCRATCH.get();
  }

  private static FunctionDescriptor ints(MemoryLayout... arguments) {
    return FunctionDescriptor.of(JAVA_INT, arguments);
  }

  static MethodHandle bind(String name, FunctionDescriptor type, Linker.Option... more) {
    Linker.Option[] options = java.util.Arrays.copyOf(more, more.length + 1);
    options[more.length] = Linker.Option.captureCallState("errno");
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
  }

  static MemorySegment put(MemorySegment target, byte[] text) {
    MemorySegment.copy(text, 0, target, JAVA_BYTE, 0, text.length);
    target.set(JAVA_BYTE, text.length, (byte) 0);
    return target;
  }

  static AssertionError impossible(Throwable thrown) {
    return new AssertionError("downcalls do not throw", thrown);
  }

  /** Opens relative to a directory, beneath it and through no link of any kind. */
  static int open(int dir, byte[] path, int flags, int mode) {
    return open(dir, path, flags, mode, RESOLVE_SAFELY);
  }

  /** Opens a path that the operator configured, which may lie behind links. */
  static int openTrusted(String path, int flags) {
    return open(AT_FDCWD, path.getBytes(StandardCharsets.UTF_8), flags, 0, 0);
  }

  private static int open(int dir, byte[] path, int flags, int mode, long resolve) {
    if (path.length > 4095) {
      return -ENAMETOOLONG;
    }
    Scratch s = scratch();
    s.how.set(JAVA_LONG, 0, Integer.toUnsignedLong(flags | O_CLOEXEC));
    s.how.set(JAVA_LONG, 8, mode);
    s.how.set(JAVA_LONG, 16, resolve);
    MemorySegment native0 = put(s.path, path);
    try {
      while (true) {
        long fd = (long) OPENAT2.invokeExact(s.errno, SYS_OPENAT2, dir, native0, s.how, 24L);
        if (fd >= 0) {
          return (int) fd;
        }
        // EAGAIN: something was renamed during resolution and the kernel could not be sure.
        if (s.failed() != -EINTR && s.failed() != -EAGAIN) {
          return s.failed();
        }
      }
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  static int close(int fd) {
    Scratch s = scratch();
    try {
      return (int) CLOSE.invokeExact(s.errno, fd) == 0 ? 0 : s.failed();
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  static int mkdir(int dir, byte[] name, int mode) {
    Scratch s = scratch();
    try {
      return (int) MKDIRAT.invokeExact(s.errno, dir, put(s.path, name), mode) == 0 ? 0 : s.failed();
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  static int rename(int fromDir, byte[] from, int toDir, byte[] to, int flags) {
    Scratch s = scratch();
    try {
      int r =
          (int)
              RENAMEAT2.invokeExact(
                  s.errno, fromDir, put(s.path, from), toDir, put(s.path2, to), flags);
      return r == 0 ? 0 : s.failed();
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  static int unlink(int dir, byte[] name, int flags) {
    Scratch s = scratch();
    try {
      int r = (int) UNLINKAT.invokeExact(s.errno, dir, put(s.path, name), flags);
      return r == 0 ? 0 : s.failed();
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /** Fills the scratch's stat buffer for a name in a directory; a link itself, not its target. */
  static int stat(int dir, byte[] name) {
    return stat(dir, name, AT_SYMLINK_NOFOLLOW);
  }

  /** Fills the scratch's stat buffer for an open descriptor. */
  static int stat(int fd) {
    return stat(fd, EMPTY, AT_EMPTY_PATH);
  }

  private static int stat(int dir, byte[] name, int flags) {
    Scratch s = scratch();
    try {
      int r = (int) STATX.invokeExact(s.errno, dir, put(s.path, name), flags, 0x7ff, s.stat);
      return r == 0 ? 0 : s.failed();
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  static int chown(int fd, int uid, int gid) {
    Scratch s = scratch();
    try {
      return (int) FCHOWN.invokeExact(s.errno, fd, uid, gid) == 0 ? 0 : s.failed();
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  static int chmod(int fd, int mode) {
    Scratch s = scratch();
    try {
      return (int) FCHMOD.invokeExact(s.errno, fd, mode) == 0 ? 0 : s.failed();
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /** Sets the times of last access and of last change of content, in nanoseconds since 1970. */
  static int setTimes(int fd, long nanos) {
    Scratch s = scratch();
    for (int at = 0; at < 32; at += 16) {
      s.stat.set(JAVA_LONG, at, Math.floorDiv(nanos, 1_000_000_000L));
      s.stat.set(JAVA_LONG, at + 8, Math.floorMod(nanos, 1_000_000_000L));
    }
    try {
      return (int) FUTIMENS.invokeExact(s.errno, fd, s.stat) == 0 ? 0 : s.failed();
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /** Changes the mode of exactly the inode behind an O_PATH descriptor, which fchmod refuses. */
  static int chmodByPath(int pathFd, int mode) {
    Scratch s = scratch();
    byte[] self = ("/proc/self/fd/" + pathFd).getBytes(StandardCharsets.US_ASCII);
    try {
      return (int) CHMOD.invokeExact(s.errno, put(s.path, self), mode) == 0 ? 0 : s.failed();
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  /** Reads into the scratch's io buffer; 0 at the end. */
  static int read(int fd, int atMost) {
    return transfer(READ, fd, Math.min(atMost, IO_BYTES));
  }

  /** Reads raw directory entries into the scratch's io buffer; 0 at the end. */
  static int entries(int fd) {
    return transfer(GETDENTS64, fd, IO_BYTES);
  }

  /** Writes all of the range; 0, or the first error. */
  static int write(int fd, byte[] bytes, int offset, int length) {
    Scratch s = scratch();
    int done = 0;
    while (done < length) {
      int step = Math.min(length - done, IO_BYTES);
      MemorySegment.copy(bytes, offset + done, s.io, JAVA_BYTE, 0, step);
      int written = transfer(WRITE, fd, step);
      if (written < 0) {
        return written;
      }
      done += written;
    }
    return 0;
  }

  /** Writes that many bytes of the scratch's io buffer; 0, or the first error. */
  static int writeScratch(int fd, int length) {
    int done = 0;
    while (done < length) {
      int written = transfer(WRITE, fd, done, length - done);
      if (written < 0) {
        return written;
      }
      done += written;
    }
    return 0;
  }

  private static int transfer(MethodHandle call, int fd, int bytes) {
    return transfer(call, fd, 0, bytes);
  }

  private static int transfer(MethodHandle call, int fd, int offset, int bytes) {
    Scratch s = scratch();
    MemorySegment from = offset == 0 ? s.io : s.io.asSlice(offset);
    try {
      while (true) {
        long r = (long) call.invokeExact(s.errno, fd, from, (long) bytes);
        if (r >= 0) {
          return (int) r;
        }
        if (s.failed() != -EINTR) {
          return s.failed();
        }
      }
    } catch (Throwable t) {
      throw impossible(t);
    }
  }

  static int effectiveUser() {
    try {
      return (int) GETEUID.invokeExact();
    } catch (Throwable t) {
      throw impossible(t);
    }
  }
}
