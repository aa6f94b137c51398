package ai.bharatbuild.sandbox;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import ai.bharatbuild.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories of execs, one for each, with its record beside the files of its log. All methods
 * block, and are safe on any thread. They do as little to the file system as they can: with
 * hundreds of commands a second, making, replacing and removing small files is most of what a
 * command costs the server. So directories of forgotten execs are emptied and used again: where
 * many files come and go, ext4 takes several times as long to make one (it passes over inodes that
 * were given back lately; its {@code recently_deleted} stood out in a profile).
 */
final class ExecFiles {
  private static final Logger LOG = LoggerFactory.getLogger(ExecFiles.class);
  private static final String RECORD = "exec.json";

  /** What is written into one page at once is there as a whole or not at all after a kill. */
  private static final int PAGE = 4096;

  /** Of a directory that is used again, these files stay, without content. */
  private static final Set<String> REUSED = Set.of(RECORD, "index", "1-0.sse");

  private static final String SPARE = ".";
  private static final int MOST_SPARES = 64;

  private final Path root;

  /** Names of directories that can be used again, by workspace. */
  private final Map<String, Deque<String>> spares = new ConcurrentHashMap<>();

  ExecFiles(Path root) {
    this.root = root;
  }

  /** Where everything of a workspace's execs is. */
  Path directory(String id) {
    return root.resolve(id);
  }

  Path directory(String id, String execId) {
    return root.resolve(id).resolve(execId);
  }

  /** Writes the first record of an exec. */
  void create(String id, ExecRecord exec) throws IOException {
    Path directory = directory(id, exec.execId());
    if (!reuse(id, directory)) {
      makeDirectory(directory);
    }
    // Needs no other name meanwhile: a record that is cut off is of an exec nobody was told of.
    try (FileChannel channel = FileChannel.open(directory.resolve(RECORD), CREATE, WRITE)) {
      writeFully(channel, ByteBuffer.wrap(json(exec)));
    }
  }

  /** Replaces a record; does nothing when the exec was forgotten meanwhile. */
  void save(String id, ExecRecord exec) throws IOException {
    Path file = directory(id, exec.execId()).resolve(RECORD);
    byte[] json = json(exec);
    try (FileChannel channel = FileChannel.open(file, WRITE)) {
      int length = (int) Math.max(json.length, channel.size());
      if (length <= PAGE) {
        // Renaming over a file makes ext4 write it out at once, which takes far longer than this.
        writeFully(channel, ByteBuffer.wrap(padded(json, length)));
        return;
      }
    } catch (NoSuchFileException e) {
      LOG.debug("exec {} was forgotten before its record was written", exec.execId());
      return;
    }
    Path fresh = file.resolveSibling(RECORD + ".new");
    Files.write(fresh, json);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * The execs of a workspace, oldest first; what cannot be read is left out. Removes what a server
   * left that was killed before it had written a record, so none may be about to be written.
   */
  List<ExecRecord> list(String id) throws IOException {
    List<ExecRecord> found = new ArrayList<>();
    for (Path directory : entries(directory(id))) {
      try {
        byte[] json = Files.readAllBytes(directory.resolve(RECORD));
        if (json.length == 0 || directory.getFileName().toString().startsWith(SPARE)) {
          removeFlat(directory);
        } else {
          found.add(Json.MAPPER.readValue(json, ExecRecord.class));
        }
      } catch (NoSuchFileException e) {
        removeFlat(directory);
      } catch (IOException e) {
        LOG.warn("cannot read the record in {}", directory.getFileName(), e);
      }
    }
    found.sort(Comparator.comparing(ExecRecord::startedAt));
    return found;
  }

  /** Removes records and logs. */
  void forget(String id, List<String> execIds) throws IOException {
    for (String execId : execIds) {
      if (!spare(id, execId)) {
        removeFlat(directory(id, execId));
      }
    }
  }

  /** Removes all that is kept of a workspace's execs. */
  void forgetAll(String id) throws IOException {
    spares.remove(id);
    for (Path directory : entries(directory(id))) {
      removeFlat(directory);
    }
    Files.deleteIfExists(directory(id));
  }

  /** Puts an exec's directory aside, to be used again; false when it is to be removed. */
  private boolean spare(String id, String execId) throws IOException {
    Deque<String> kept = spares.computeIfAbsent(id, any -> new ConcurrentLinkedDeque<>());
    if (kept.size() >= MOST_SPARES) {
      return false;
    }
    Path aside = directory(id, SPARE + execId);
    try {
      // First, so that no part of it can be taken for an exec.
      Files.move(directory(id, execId), aside, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      return false;
    }
    for (Path file : entries(aside)) {
      if (REUSED.contains(file.getFileName().toString())) {
        FileChannel.open(file, WRITE, TRUNCATE_EXISTING).close();
      } else {
        Files.delete(file);
      }
    }
    kept.add(aside.getFileName().toString());
    return true;
  }

  /** Makes a directory out of one that was put aside, if there is one. */
  private boolean reuse(String id, Path directory) throws IOException {
    Deque<String> kept = spares.get(id);
    String spare = kept == null ? null : kept.poll();
    if (spare == null) {
      return false;
    }
    try {
      Files.move(directory(id, spare), directory, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (FileSystemException e) {
      LOG.debug("the log of {} was written first", directory.getFileName());
      removeFlat(directory(id, spare));
      return false;
    }
  }

  private static void removeFlat(Path directory) throws IOException {
    for (Path file : entries(directory)) {
      Files.deleteIfExists(file);
    }
    Files.deleteIfExists(directory);
  }

  private static List<Path> entries(Path directory) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(entries::add);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
    return entries;
  }

  private static void makeDirectory(Path directory) throws IOException {
    try {
      Files.createDirectory(directory);
    } catch (FileAlreadyExistsException e) {
      LOG.debug("the log of {} was written first", directory.getFileName());
    } catch (NoSuchFileException e) {
      Files.createDirectories(directory);
    }
  }

  private static byte[] json(ExecRecord exec) {
    return Json.encode(exec).getBytes();
  }

  /** The text and as many blanks as cover what was in the file. */
  private static byte[] padded(byte[] json, int length) {
    byte[] padded = Arrays.copyOf(json, length);
    Arrays.fill(padded, json.length, length, (byte) ' ');
    return padded;
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
