package ai.bharatbuild.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Set;

/**
 * How workspaces are held to their limits, chosen at start by what was asked for and what the
 * machine can do.
 *
 * @param volumes whether each workspace with a sandbox gets a file system of its own
 * @param detail for people; what is in force and why
 */
public record DiskLimits(boolean volumes, String detail) {
  private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");
  private static final String WITHOUT = "none: only the size of single files is limited, since ";

  /**
   * Chooses, and tries it out. Blocks.
   *
   * @param asked {@code auto}, {@code loop} or {@code none}
   * @throws IllegalStateException with words for the operator when what was asked for cannot be
   */
  static DiskLimits choose(String asked, WorkspaceBase base, Volumes volumes) {
    if (asked.equals("none")) {
      return new DiskLimits(false, WITHOUT + "DISK_LIMITS says so");
    }
    boolean free = asked.equals("auto");
    String obstacle = free && inMemory(base) ? inMemoryObstacle() : volumes.obstacle();
    if (obstacle == null) {
      return new DiskLimits(
          true, "loop: each workspace with a sandbox is a file system of its disk_limit");
    }
    if (!free) {
      throw new IllegalStateException(
          "DISK_LIMITS is loop, but " + obstacle + "; set it to auto or none to do without.");
    }
    return new DiskLimits(false, WITHOUT + obstacle);
  }

  /** Reserving space there would take memory from everybody. */
  private static boolean inMemory(WorkspaceBase base) {
    try {
      return IN_MEMORY.contains(Files.getFileStore(base.path()).type());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String inMemoryObstacle() {
    return "the jobs directory is in memory (JOBS_BASE_PATH)";
  }
}
