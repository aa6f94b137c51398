package ai.bharatbuild.jobs;

import ai.bharatbuild.files.WorkspaceBase;
import ai.bharatbuild.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records on disk: one JSON file each, replaced as a whole, and beside it the list of files in
 * dependency directories that were written through the API, which no look at the disk could tell.
 * Everything survives the death of the process. All methods block.
 */
final class RecordStore {
  private static final Logger LOG = LoggerFactory.getLogger(RecordStore.class);
  private static final String SUFFIX = ".json";
  private final WorkspaceBase base;
  private final Path records;
  private final Path written;

  RecordStore(WorkspaceBase base) {
    this.base = base;
    this.records = base.state("jobs");
    this.written = base.state("written");
  }

  void save(JobRecord record) {
    Path temporary = base.temporaryPath();
    try {
      Files.write(temporary, Json.MAPPER.writeValueAsBytes(record));
      Files.move(
          temporary,
          records.resolve(record.id() + SUFFIX),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw FileErrors.translate(e, temporary);
    }
  }

  void delete(String id) {
    try {
      Files.deleteIfExists(records.resolve(id + SUFFIX));
      Files.deleteIfExists(written.resolve(id));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every record that can be read; others are named in the log and left alone. */
  List<JobRecord> loadAll() {
    List<JobRecord> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(records)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        try {
          found.add(Json.MAPPER.readValue(file.toFile(), JobRecord.class));
        } catch (IOException e) {
          LOG.error("record {} cannot be read; its job is lost", file.getFileName(), e);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  /** Notes, before the file appears, that a path in a dependency directory is the API's. */
  void noteWritten(String id, String path) {
    append(id, "+" + path + "\n");
  }

  void noteRemoved(String id, Iterable<String> paths) {
    StringBuilder lines = new StringBuilder();
    paths.forEach(path -> lines.append('-').append(path).append('\n'));
    if (!lines.isEmpty()) {
      append(id, lines.toString());
    }
  }

  private void append(String id, String lines) {
    try {
      Files.writeString(
          written.resolve(id),
          lines,
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw FileErrors.translate(e, null);
    }
  }

  Set<String> written(String id) {
    Set<String> paths = new HashSet<>();
    Path file = written.resolve(id);
    if (!Files.exists(file)) {
      return paths;
    }
    try {
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        String path = line.isEmpty() ? "" : line.substring(1);
        if (line.startsWith("+")) {
          paths.add(path);
        } else {
          paths.remove(path);
        }
      }
      return paths;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void forgetWritten(String id) {
    try {
      Files.deleteIfExists(written.resolve(id));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
