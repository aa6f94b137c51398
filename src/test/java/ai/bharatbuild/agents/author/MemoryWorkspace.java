package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.work.CommandResult;
import ai.bharatbuild.agents.work.Workspace;
import ai.bharatbuild.files.Sha256;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.problem.ApiException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Files in memory, for tests in which the disk is not the point. */
public final class MemoryWorkspace implements Workspace {
  /** A file as it was written. */
  record Written(String path, String content) {}

  public final Map<String, byte[]> files = new ConcurrentSkipListMap<>();
  final List<Written> written = new CopyOnWriteArrayList<>();
  final List<String> commands = new CopyOnWriteArrayList<>();

  private final Map<String, Instant> users = new ConcurrentHashMap<>();

  /** What happens right after the next look at a file; then nothing more. */
  private final AtomicReference<Runnable> afterLook = new AtomicReference<>(() -> {});

  /** What a command prints; it may change the files. */
  volatile BiFunction<MemoryWorkspace, String, CommandResult> shell =
      (workspace, line) -> new CommandResult("e1", line, 0, "exited", 5, "", false);

  public MemoryWorkspace with(String path, String content) {
    files.put(path, content.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  public String text(String path) {
    byte[] bytes = files.get(path);
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public List<Entry> files() {
    return files.entrySet().stream()
        .map(it -> new Entry(it.getKey(), it.getValue().length))
        .toList();
  }

  @Override
  public List<Hashed> hashes() {
    return files.entrySet().stream()
        .map(it -> new Hashed(it.getKey(), it.getValue().length, Sha256.of(it.getValue())))
        .toList();
  }

  @Override
  public Optional<byte[]> read(String path) {
    check(path);
    Optional<byte[]> bytes = Optional.ofNullable(files.get(path));
    afterLook.getAndSet(() -> {}).run();
    return bytes;
  }

  /** Somebody acts in the moment after the next look at a file. */
  void afterNextLook(Runnable what) {
    afterLook.set(what);
  }

  @Override
  public boolean write(String path, byte[] seen, byte[] content) {
    check(path);
    boolean done = swap(path, seen, content);
    if (done) {
      written.add(new Written(path, new String(content, StandardCharsets.UTF_8)));
    }
    return done;
  }

  @Override
  public boolean delete(String path, byte[] seen) {
    check(path);
    return seen != null && swap(path, seen, null);
  }

  private boolean swap(String path, byte[] seen, byte[] content) {
    boolean[] done = {false};
    files.compute(
        path,
        (name, now) -> {
          done[0] = Arrays.equals(now, seen);
          return done[0] ? content : now;
        });
    return done[0];
  }

  @Override
  public Set<String> edits(Instant since) {
    return users.entrySet().stream()
        .filter(edit -> !edit.getValue().isBefore(since))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** The user saves a file by the server's calls. */
  void saved(String path, String content) {
    with(path, content);
    users.put(path, Instant.now());
  }

  private static void check(String path) {
    try {
      WorkspacePath.parse(path);
    } catch (RuntimeException e) {
      throw ApiException.badRequest("invalid_path", e.getMessage());
    }
  }

  @Override
  public String sandbox(String projectType) {
    return "i1";
  }

  @Override
  public void restart() {
    commands.add("(restart)");
  }

  @Override
  public Set<String> excluded() {
    return Set.of("node_modules", ".git");
  }

  @Override
  public String image() {
    return null;
  }

  @Override
  public CommandResult run(String line, Duration limit, Consumer<String> begun) {
    commands.add(line);
    begun.accept("e1");
    return shell.apply(this, line);
  }

  @Override
  public Service start(String line) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Answer> get(int port, String path, Duration limit) {
    return Optional.empty();
  }
}
