package ai.bharatbuild.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks the image of a volume that was not unmounted in order. Methods block. */
final class VolumeCheck {
  private static final Logger LOG = LoggerFactory.getLogger(VolumeCheck.class);
  private static final Path BLOCK_DEVICES = Path.of("/sys/block");
  private static final int SECONDS = 600;

  private VolumeCheck() {}

  /** Not while a sandbox that was left running has it mounted: both would write to it. */
  static void run(Path image) throws IOException {
    if (hasDevice(image)) {
      return;
    }
    Commands.Result result = Commands.run(SECONDS, "e2fsck", "-p", image.toString());
    if (result.code() > 1) {
      LOG.warn("e2fsck of {} ended with {}: {}", image, result.code(), result.words());
    }
  }

  private static boolean hasDevice(Path image) throws IOException {
    String path = image.toRealPath().toString();
    try (DirectoryStream<Path> loops = Files.newDirectoryStream(BLOCK_DEVICES, "loop*")) {
      for (Path loop : loops) {
        if (path.equals(backing(loop))) {
          return true;
        }
      }
      return false;
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
