package ai.bharatbuild.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import ai.bharatbuild.files.FileFailure.Kind;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Opening regular files, and nothing else, for reading. */
final class RegularFiles {
  private RegularFiles() {}

  static Fd open(Fd root, WorkspacePath path) {
    int flags = Linux.O_RDONLY | Linux.O_NONBLOCK | Linux.O_NOCTTY | Linux.O_NOFOLLOW;
    int number = Linux.open(root.number(), path.bytes(), flags, 0);
    if (number == -Linux.ENOTDIR) {
      throw new FileFailure(Kind.NOT_FOUND, "No such file or directory.");
    }
    if (number == -Linux.ENXIO) {
      throw not();
    }
    if (number < 0) {
      throw FileFailure.of(number, "opening a file");
    }
    Fd fd = new Fd(number);
    if (!Directories.stat(fd).isFile()) {
      fd.close();
      throw not();
    }
    return fd;
  }

  static FileFailure not() {
    return new FileFailure(Kind.NOT_REGULAR, "This is not a regular file.");
  }

  static byte[] readAll(Fd fd, int expected) {
    byte[] content = new byte[expected];
    MemorySegment buffer = Linux.scratch().io;
    int length = 0;
    while (length < expected) {
      int step = Linux.read(fd.number(), expected - length);
      if (step < 0) {
        throw FileFailure.of(step, "reading");
      }
      if (step == 0) {
        return Arrays.copyOf(content, length);
      }
      MemorySegment.copy(buffer, JAVA_BYTE, 0, content, length, step);
      length += step;
    }
    return content;
  }
}
