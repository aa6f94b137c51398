package ai.bharatbuild.files;

import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * A regular file opened for reading, with what was true when it was opened. Whoever receives it
 * closes it.
 */
public record OpenFile(FileChannel channel, FileStat stat) implements AutoCloseable {
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing was written, so nothing can be lost.
    }
  }
}
