package ai.bharatbuild.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A regular file opened for reading, with what was true when it was opened. Whoever receives it
 * closes it.
 */
public record OpenFile(FileChannel channel, FileStat stat) implements AutoCloseable {
  static OpenFile of(Fd fd, FileStat stat) {
    try {
      // The descriptor's own entry in /proc leads to the verified inode and to nothing else.
      Path self = Path.of("/proc/self/fd/" + fd.number());
      return new OpenFile(FileChannel.open(self, StandardOpenOption.READ), stat);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing was written, so nothing can be lost.
    }
  }
}
