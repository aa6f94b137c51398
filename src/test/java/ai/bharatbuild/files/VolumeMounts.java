package ai.bharatbuild.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What volumes leave on the machine, for tests: mounts and loop devices below a directory. */
public final class VolumeMounts {
  private VolumeMounts() {}

  /** Mount points below a jobs directory. */
  public static List<Path> below(Path jobs) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
        .map(line -> Path.of(line.split(" ")[4]))
        .filter(path -> path.startsWith(jobs))
        .toList();
  }

  /** Image files below a jobs directory that loop devices are attached to. */
  public static List<String> loops(Path jobs) {
    Commands.Result result = Commands.run(20, "losetup", "-l", "-n", "-O", "BACK-FILE");
    return result.words().lines().map(String::strip).filter(f -> f.startsWith(jobs + "/")).toList();
  }

  /**
   * Takes all mounts below a directory away, as a restart of the machine would; sandboxes keep
   * theirs. Without it JUnit could not remove the directory.
   */
  public static void detach(Path jobs) {
    try {
      for (Path mount : below(jobs)) {
        Commands.run(20, "umount", "-l", mount.toString());
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
