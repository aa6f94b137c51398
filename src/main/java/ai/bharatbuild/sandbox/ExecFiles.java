package ai.bharatbuild.sandbox;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import ai.bharatbuild.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories of execs, one for each, with its record beside the files of its log. All methods
 * block. They do as little to the file system as they can: with hundreds of commands a second,
 * making, replacing and removing small files is most of what a command costs the server.
 */
final class ExecFiles {
  private static final Logger LOG = LoggerFactory.getLogger(ExecFiles.class);
  private static final String RECORD = "exec.json";

  /** What is written into one page at once is there as a whole or not at all after a kill. */
  private static final int PAGE = 4096;

  private final Path root;

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
    makeDirectory(directory);
    // Needs no other name meanwhile: a record that is cut off is of an exec nobody was told of.
    try (FileChannel channel = FileChannel.open(directory.resolve(RECORD), CREATE_NEW, WRITE)) {
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
        if (json.length == 0) {
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
      removeFlat(directory(id, execId));
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
