package ai.bharatbuild.storage.local;

import ai.bharatbuild.storage.ObjectPage;
import ai.bharatbuild.storage.ObjectStat;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Lists files as objects. Only the page is kept in memory, never the names of all objects. Blocks.
 */
final class ObjectTree {
  private final Path root;

  ObjectTree(Path root) {
    this.root = root;
  }

  ObjectPage list(String prefix, String after, int limit) throws IOException {
    if (limit < 1 || limit > 1000) {
      throw new IllegalArgumentException("a page has 1 to 1000 objects");
    }
    // The greatest is on top, to give way to a lesser one.
    PriorityQueue<ObjectStat> page =
        new PriorityQueue<>(Comparator.comparing(ObjectStat::key).reversed());
    boolean[] more = {false};
    int slash = prefix.lastIndexOf('/');
    Path start = slash < 0 ? root : root.resolve(prefix.substring(0, slash));
    try {
      Files.walkFileTree(
          start,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes found) {
              return directory.equals(start) || mayHold(root.relativize(directory) + "/")
                  ? FileVisitResult.CONTINUE
                  : FileVisitResult.SKIP_SUBTREE;
            }

            /** Whether keys below a directory can begin with the prefix and come behind. */
            private boolean mayHold(String directory) {
              boolean fits = directory.startsWith(prefix) || prefix.startsWith(directory);
              boolean behind = directory.compareTo(after) > 0 || after.startsWith(directory);
              return fits && behind;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes found) {
              String key = root.relativize(file).toString();
              if (key.startsWith(prefix) && key.compareTo(after) > 0) {
                page.add(new ObjectStat(key, found.size(), found.lastModifiedTime().toInstant()));
                if (page.size() > limit) {
                  page.poll();
                  more[0] = true;
                }
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure)
                throws IOException {
              // Deleted meanwhile.
              if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
              }
              throw failure;
            }
          });
    } catch (NoSuchFileException e) {
      return new ObjectPage(List.of(), false);
    }
    List<ObjectStat> sorted = new ArrayList<>(page);
    sorted.sort(Comparator.comparing(ObjectStat::key));
    return new ObjectPage(List.copyOf(sorted), more[0]);
  }
}
