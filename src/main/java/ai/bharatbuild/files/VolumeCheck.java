package ai.bharatbuild.files;

import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks the image of a volume that was not unmounted in order. Methods block. */
final class VolumeCheck {
  private static final Logger LOG = LoggerFactory.getLogger(VolumeCheck.class);
  private static final int SECONDS = 600;

  private VolumeCheck() {}

  /** Nobody may have it mounted: both would write to it. */
  static void run(Path image) {
    Commands.Result result = Commands.run(SECONDS, "e2fsck", "-p", image.toString());
    if (result.code() > 1) {
      LOG.warn("e2fsck of {} ended with {}: {}", image, result.code(), result.words());
    }
  }
}
