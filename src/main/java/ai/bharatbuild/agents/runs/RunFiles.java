package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.verify.Evidence;
import ai.bharatbuild.agents.verify.Known;
import ai.bharatbuild.files.FileWorkers;
import ai.bharatbuild.http.WorkspaceId;
import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.core.type.TypeReference;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of runs, {@code <root>/<job>/<number>/}: {@code run.json} with request and state,
 * replaced whole at each step; {@code events/}, the log; {@code picture-<n>}. Beside a job's runs
 * lies {@code written.json}: digests of what agents wrote last, by which a user's own edits are
 * seen.
 *
 * <p>The methods block; {@link #later} runs them off the event loop.
 */
final class RunFiles {
  private static final Logger LOG = LoggerFactory.getLogger(RunFiles.class);
  private static final String RECORD = "run.json";
  private static final String WRITTEN = "written.json";
  private static final String NEW = ".new";

  private final Path root;
  private final FileWorkers workers;

  /**
   * What {@code run.json} holds.
   *
   * @param told whether the end is in the events, so that nobody has to look there
   */
  record Saved(RunRequest request, RunState state, boolean told) {
    Saved(RunRequest request, RunState state) {
      this(request, state, false);
    }
  }

  /** A run that was found. */
  record Found(RunId id, Saved saved) {}

  RunFiles(Path root, FileWorkers workers) {
    this.root = root;
    this.workers = workers;
  }

  <T> Future<T> later(Callable<T> work) {
    return workers.run(work);
  }

  Path directory(RunId id) {
    return root.resolve(id.job()).resolve(Integer.toString(id.number()));
  }

  Path events(RunId id) {
    return directory(id).resolve("events");
  }

  /**
   * Makes a run, with its pictures. What an earlier one of that number left, whose record could not
   * be read when the server started, makes room.
   */
  void create(RunId id, Saved first, List<byte[]> pictures) throws IOException {
    delete(directory(id));
    Path directory = Files.createDirectories(directory(id));
    for (int i = 0; i < pictures.size(); i++) {
      Files.write(directory.resolve("picture-" + i), pictures.get(i));
    }
    save(id, first, true);
  }

  Saved read(RunId id) throws IOException {
    return Json.MAPPER.readValue(Files.readAllBytes(directory(id).resolve(RECORD)), Saved.class);
  }

  /** The pictures of a run, in order. */
  List<byte[]> pictures(RunId id, int count) throws IOException {
    List<byte[]> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pictures.add(Files.readAllBytes(directory(id).resolve("picture-" + i)));
    }
    return pictures;
  }

  /**
   * Replaces the record; what was there stays whole until the new one is written.
   *
   * @param forGood whether it is to survive a loss of power, which takes as long as the disk does
   */
  void save(RunId id, Saved saved, boolean forGood) throws IOException {
    replace(directory(id).resolve(RECORD), Json.MAPPER.writeValueAsBytes(saved), forGood);
  }

  /**
   * Every run of every job that a filter lets through. A record that cannot be read is told and
   * left out.
   */
  List<Found> all(Predicate<String> jobs) throws IOException {
    List<Found> found = new ArrayList<>();
    if (!Files.isDirectory(root)) {
      return found;
    }
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(root)) {
      for (Path each : directories) {
        String job = each.getFileName().toString();
        if (WorkspaceId.valid(job) && jobs.test(job)) {
          for (int number : numbers(job)) {
            RunId id = new RunId(job, number);
            read(id, found);
          }
        }
      }
    }
    return found;
  }

  private void read(RunId id, List<Found> found) {
    try {
      found.add(new Found(id, read(id)));
    } catch (NoSuchFileException e) {
      // A server was killed between making the directory and the record: there never was a run.
      LOG.info("run {} has no record", id);
    } catch (IOException e) {
      LOG.warn("the record of run {} cannot be read", id, e);
    }
  }

  /** The job's newest evidence of earlier runs in which tests were counted; null without any. */
  Evidence countedBefore(RunId id) throws IOException {
    for (int number : numbers(id.job()).reversed()) {
      List<Found> found = new ArrayList<>();
      if (number < id.number()) {
        read(new RunId(id.job(), number), found);
      }
      for (Found earlier : found) {
        Evidence evidence = earlier.saved().state().evidence();
        if (Known.tests(evidence) > 0) {
          return evidence;
        }
      }
    }
    return null;
  }

  private List<Integer> numbers(String job) throws IOException {
    Path of = root.resolve(job);
    if (!Files.isDirectory(of)) {
      return List.of();
    }
    try (Stream<Path> names = Files.list(of)) {
      return names
          .map(path -> path.getFileName().toString())
          .filter(name -> name.matches("[1-9][0-9]{0,5}"))
          .map(Integer::valueOf)
          .sorted()
          .toList();
    }
  }

  /** Digests of what agents wrote last, by path; empty where they never did. */
  Map<String, String> written(String job) throws IOException {
    try {
      return Json.MAPPER.readValue(
          Files.readAllBytes(root.resolve(job).resolve(WRITTEN)),
          new TypeReference<TreeMap<String, String>>() {});
    } catch (NoSuchFileException e) {
      return Map.of();
    }
  }

  void saveWritten(String job, Map<String, String> digests) throws IOException {
    replace(root.resolve(job).resolve(WRITTEN), Json.MAPPER.writeValueAsBytes(digests), false);
  }

  /** Removes all runs of a job, off the event loop; nothing to do is fine. */
  Future<Void> delete(String job) {
    return later(
        () -> {
          delete(root.resolve(job));
          return null;
        });
  }

  private static void delete(Path of) throws IOException {
    if (!Files.exists(of)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(of)) {
      for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }

  private static void replace(Path file, byte[] content, boolean forGood) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + NEW);
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      if (forGood) {
        channel.force(false);
      }
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
