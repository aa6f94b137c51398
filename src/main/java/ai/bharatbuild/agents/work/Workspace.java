package ai.bharatbuild.agents.work;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One workspace and the sandbox on it. Nothing outside of it can be reached: paths that leave it
 * are refused with an {@link ai.bharatbuild.problem.ApiException}, as is what its limits forbid.
 * Blocks; safe on several virtual threads of the run at once.
 */
public interface Workspace {
  /** A regular file of the project. */
  record Entry(String path, long bytes) {}

  /**
   * The project's files, sorted by path; without dependencies, build output and other excluded
   * directories.
   */
  List<Entry> files();

  /**
   * A file and what is in it.
   *
   * @param sha256 in lower-case hexadecimal; null for a file that is too large to be read
   */
  record Hashed(String path, long bytes, String sha256) {
    /** Tells contents apart: the hash, or of what has none the size. */
    public String digest() {
      return sha256 == null ? "size:" + bytes : sha256;
    }
  }

  /** The project's files with their hashes, sorted by path; costs little where nothing changed. */
  List<Hashed> hashes();

  /**
   * A file's bytes; empty where there is none. Fails with 413 where it is larger than a few
   * megabytes.
   */
  Optional<byte[]> read(String path);

  /**
   * Writes a whole file and the directories that it needs, but only where there is what the caller
   * saw last: somebody else's change is never lost.
   *
   * @param seen the file's bytes as the caller knows them; null where it knows of no file
   * @return whether it was written; if not, something else is there by now, and stays
   */
  boolean write(String path, byte[] seen, byte[] content);

  /**
   * Deletes a file under the same condition.
   *
   * @return whether it was deleted; if not, something else is there by now and stays, or nothing is
   */
  boolean delete(String path, byte[] seen);

  /**
   * Paths of files that the user changed, made or deleted since a time by the server's calls, as
   * far as it knows. What processes in the sandbox did is not among them.
   */
  Set<String> edits(Instant since);

  /**
   * Sees to it that a sandbox runs on the workspace; one of another type is replaced.
   *
   * @param projectType as sandboxes name it, such as {@code node}
   * @return the sandbox's incarnation: another one when it was made anew, so that what was
   *     installed outside of the workspace is gone; null where that cannot be told
   */
  String sandbox(String projectType);

  /**
   * Ends all that runs in the sandbox and begins it anew, with an empty {@code /tmp}; files of the
   * workspace stay. Where there is no sandbox this does nothing.
   */
  void restart();

  /** Names of directories at any depth that {@link #files} and the project's ZIP leave out. */
  Set<String> excluded();

  /** Digest of the image that the sandbox was made of; null where the runtime has none. */
  String image();

  /**
   * Runs a command line in the sandbox and waits for its end, and for at most the limit, after
   * which it is ended with all of its processes. The command's exec outlives this server.
   *
   * @param begun is told the id of the command's exec once, before its end, so that its output can
   *     be followed meanwhile; not called where the command never began
   */
  CommandResult run(String line, Duration limit, Consumer<String> begun);

  /** Like {@link #run(String, Duration, Consumer)}, for callers that wait for the end. */
  default CommandResult run(String line, Duration limit) {
    return run(line, limit, execId -> {});
  }

  /** Begins a command that serves until it is stopped. */
  Service start(String line);

  /** A command that serves. */
  interface Service {
    String execId();

    /** How it ended, where it has. */
    Optional<CommandResult> ended();

    /** The end of its output so far. */
    String output();

    /** Ends it with all of its processes, and waits for that. */
    void stop();
  }

  /**
   * Asks what listens on a port in the sandbox for a path, by HTTP and once.
   *
   * @param path with its query
   * @return empty where nothing listens there or answered in time
   */
  Optional<Answer> get(int port, String path, Duration limit);

  /**
   * An answer.
   *
   * @param body its beginning, some kilobytes
   */
  record Answer(int status, String contentType, String body) {}
}
