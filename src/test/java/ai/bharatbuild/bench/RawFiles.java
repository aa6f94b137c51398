package ai.bharatbuild.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** What the file system itself does: open with O_CREAT and O_EXCL, write, close, in one thread. */
final class RawFiles {
  private static final int AT_MOST = 40_000;

  private RawFiles() {}

  /** Creates the files of the same names that the server is asked for; answers files per second. */
  static double perSecond(Path directory, ManyFiles files, Duration duration) throws IOException {
    long begun = System.nanoTime();
    int made = 0;
    while (made < AT_MOST && System.nanoTime() - begun < duration.toNanos()) {
      if (made % ManyFiles.IN_ONE_DIRECTORY == 0) {
        Files.createDirectories(directory.resolve(ManyFiles.path(made)).getParent());
      }
      create(directory.resolve(ManyFiles.path(made)), files.content(made));
      made++;
    }
    return made / ((System.nanoTime() - begun) / 1e9);
  }

  static void create(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(content));
    }
  }
}
