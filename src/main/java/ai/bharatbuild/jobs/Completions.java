package ai.bharatbuild.jobs;

import ai.bharatbuild.files.FileWorkers;
import ai.bharatbuild.files.OpenFile;
import ai.bharatbuild.files.WorkspaceBase;
import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds what jobs were completed with until somebody has kept it for good: each ZIP under a name of
 * its own (a hard link, so it takes no room while the job has it) with a note of whose it is. So it
 * outlives the job's next change, its expiry and the server. A note without a ZIP is of no
 * completion and goes at the next start. Usable on any thread.
 */
public final class Completions {
  private static final Logger LOG = LoggerFactory.getLogger(Completions.class);
  private static final String NOTE = ".json";
  private static final String ZIP = ".zip";

  private final WorkspaceBase base;
  private final FileWorkers workers;
  private final Path directory;
  private final Map<String, Completion> held = new ConcurrentHashMap<>();
  private volatile Consumer<Completion> listener = completion -> {};

  private Completions(WorkspaceBase base, FileWorkers workers) {
    this.base = base;
    this.workers = workers;
    this.directory = base.state("completions");
  }

  /** Takes up what an earlier server held. Blocks. */
  static Completions open(WorkspaceBase base, FileWorkers workers) {
    Completions completions = new Completions(base, workers);
    completions.load();
    return completions;
  }

  private void load() {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path note : (Iterable<Path>) files.filter(f -> f.toString().endsWith(NOTE))::iterator) {
        load(note);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void load(Path note) throws IOException {
    try {
      Completion found = Json.MAPPER.readValue(note.toFile(), Completion.class);
      if (Files.exists(zip(found.id()))) {
        held.put(found.id(), found);
      } else {
        Files.delete(note);
      }
    } catch (JsonProcessingException e) {
      LOG.error("{} cannot be read; its completion is kept by nobody", note, e);
    }
  }

  /** Tells from now on of each completion that is held, on any thread. */
  public void listen(Consumer<Completion> next) {
    listener = next;
  }

  /** Holds a ZIP; does nothing where this completion is held already. Blocks, in the job's lane. */
  void hold(Completion completion, Path zip) {
    Path temporary = base.temporaryPath();
    try {
      Files.write(temporary, Json.MAPPER.writeValueAsBytes(completion));
      Files.move(temporary, note(completion.id()), StandardCopyOption.ATOMIC_MOVE);
      Files.createLink(zip(completion.id()), zip);
    } catch (FileAlreadyExistsException e) {
      return;
    } catch (IOException e) {
      throw FileErrors.translate(e, temporary);
    }
    held.put(completion.id(), completion);
    listener.accept(completion);
  }

  /** How many are held of one life of a job. */
  int of(String incarnation) {
    return (int) held.values().stream().filter(c -> c.incarnation().equals(incarnation)).count();
  }

  /** Everything that is held, oldest first. */
  public List<Completion> all() {
    return held.values().stream().sorted(Comparator.comparing(Completion::at)).toList();
  }

  /** The ZIP, which the caller closes; null where it is not held any more. */
  public Future<OpenFile> open(String id) {
    return workers.run(() -> base.openOwn(zip(id)));
  }

  /** Lets go of what is kept by now, or is not wanted; does nothing where it is not held. */
  public Future<Void> release(String id) {
    return workers.run(
        () -> {
          Files.deleteIfExists(zip(id));
          Files.deleteIfExists(note(id));
          held.remove(id);
          return null;
        });
  }

  private Path note(String id) {
    return directory.resolve(id + NOTE);
  }

  private Path zip(String id) {
    return directory.resolve(id + ZIP);
  }
}
