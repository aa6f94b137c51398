package ai.bharatbuild.agents.documents;

import ai.bharatbuild.agents.documents.Journal.Past;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of all generations of a server, {@code <root>/<id>.jsonl}. Blocks. */
final class Journals {
  private static final Logger LOG = LoggerFactory.getLogger(Journals.class);
  private static final String END = ".jsonl";

  private final Path root;

  Journals(Path root) {
    this.root = root;
  }

  Journal open(String id) {
    return new Journal(file(id));
  }

  /** What is known of a generation, or null. */
  Past read(String id) throws IOException {
    return Journal.read(file(id));
  }

  /** What is known of a generation; nothing where that cannot be read. */
  Past readOrNone(GenerationRequest request) {
    try {
      Past past = read(request.id());
      return past == null ? Past.none(request) : past;
    } catch (IOException e) {
      LOG.warn("documents {} are begun anew", request.id(), e);
      return Past.none(request);
    }
  }

  private Path file(String id) {
    return root.resolve(id + END);
  }

  /** Those that a filter lets through. A file that cannot be read is told and left out. */
  List<Past> all(Predicate<Past> wanted) throws IOException {
    List<Past> found = new ArrayList<>();
    for (Path file : files()) {
      try {
        Past past = Journal.read(file);
        if (past != null && wanted.test(past)) {
          found.add(past);
        }
      } catch (IOException e) {
        LOG.warn("the documents of {} cannot be gone on with", file.getFileName(), e);
      }
    }
    return found;
  }

  void delete(String id) throws IOException {
    Files.deleteIfExists(file(id));
  }

  /** Removes those that nobody added to since then. */
  void sweep(Instant before) throws IOException {
    for (Path file : files()) {
      try {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
          Files.deleteIfExists(file);
        }
      } catch (NoSuchFileException e) {
        LOG.debug("{} is gone already", file);
      }
    }
  }

  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(root)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(root, "*" + END)) {
        found.forEach(files::add);
      }
    }
    return files;
  }
}
