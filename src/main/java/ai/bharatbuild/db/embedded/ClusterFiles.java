package ai.bharatbuild.db.embedded;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The files of a cluster that make a copy of it: what PostgreSQL's manual says that a base backup
 * holds. Paths are relative to the cluster.
 */
final class ClusterFiles {
  /** Of these the directory alone is needed; the server makes what is in it when it starts. */
  private static final Set<String> EMPTY =
      Set.of(
          "pg_dynshmem",
          "pg_notify",
          "pg_replslot",
          "pg_serial",
          "pg_snapshots",
          "pg_stat_tmp",
          "pg_subtrans",
          "log");

  private static final Set<String> LEFT_OUT =
      Set.of("postmaster.pid", "postmaster.opts", "backup_label", "tablespace_map");

  final List<Path> directories = new ArrayList<>();
  final List<Path> files = new ArrayList<>();

  private ClusterFiles() {}

  /**
   * @param withLog whether the write-ahead log is among them; a copy of a cluster that runs takes
   *     its part of it later
   */
  static ClusterFiles of(Path cluster, boolean withLog) throws IOException {
    ClusterFiles found = new ClusterFiles();
    Files.walkFileTree(
        cluster,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            Path name = cluster.relativize(directory);
            if (!name.toString().isEmpty()) {
              found.directories.add(name);
            }
            boolean bare =
                EMPTY.contains(name.toString())
                    || name.endsWith("pgsql_tmp")
                    || !withLog && name.toString().equals("pg_wal");
            return bare ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (!attributes.isRegularFile()) {
              throw new IOException(
                  file + " is not a regular file; a cluster with tablespaces cannot be copied so");
            }
            Path name = cluster.relativize(file);
            boolean temporary = name.getFileName().toString().startsWith("pg_internal.init");
            if (!temporary && !LEFT_OUT.contains(name.toString())) {
              found.files.add(name);
            }
            return FileVisitResult.CONTINUE;
          }

          /** A cluster that runs removes files while they are looked at. */
          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        });
    return found;
  }
}
