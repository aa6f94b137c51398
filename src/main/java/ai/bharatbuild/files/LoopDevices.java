package ai.bharatbuild.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The loop devices of this machine, as the kernel tells of them. Methods block. */
final class LoopDevices {
  private static final Path BLOCK_DEVICES = Path.of("/sys/block");

  private LoopDevices() {}

  /** The device that an image is attached to; null where it is attached to none. */
  static Path of(Path image) throws IOException {
    String path = image.toRealPath().toString();
    try (DirectoryStream<Path> loops = Files.newDirectoryStream(BLOCK_DEVICES, "loop*")) {
      for (Path loop : loops) {
        if (path.equals(backing(loop))) {
          return Path.of("/dev").resolve(loop.getFileName());
        }
      }
      return null;
    }
  }

  private static String backing(Path loop) {
    try {
      return Files.readString(loop.resolve("loop/backing_file")).stripTrailing();
    } catch (IOException e) {
      // Nothing is attached to it, or not any more.
      return null;
    }
  }
}
