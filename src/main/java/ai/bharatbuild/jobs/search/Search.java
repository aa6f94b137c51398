package ai.bharatbuild.jobs.search;

import ai.bharatbuild.files.FileFailure;
import ai.bharatbuild.files.Lane;
import ai.bharatbuild.files.TreeWalk;
import ai.bharatbuild.files.Workspace;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.jobs.search.SearchQuery.Cursor;
import ai.bharatbuild.json.Json;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One search under way. It works in slices on a lane that it shares with others, so that writes get
 * their turn, and stops at the first of its limits, telling where to go on. {@link #run} and {@link
 * #cancel} may be called on any thread.
 */
public final class Search {
  private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long MAX_BYTES = 256L << 20;
  private static final int MAX_ANSWER = 1 << 20;

  private static final int MAX_RESTARTS = 3;

  /** The files to search. Called on file threads. */
  public interface Files {
    Workspace open();

    /** A number that changes when the files move to another place, and is odd while they do. */
    int places();

    /** Completes when they do not move any more. */
    Future<?> settled();
  }

  private final Lane lane;
  private final Files source;
  private final TreeWalk.Filter dependencies;
  private final long maxFileBytes;
  private final SearchQuery query;
  private final Promise<Buffer> answer = Promise.promise();
  private volatile boolean cancelled;

  /** All below are touched in tasks of the lane only. */
  private long deadline;

  private long startedAt;
  private int places;
  private int restarts;
  private Workspace workspace;
  private SortedWalk walk;
  private LineFinder finder;
  private final List<Match> matches = new ArrayList<>();
  private int weight;
  private int files;
  private long bytes;
  private int binary;
  private int tooLarge;
  private int unreadable;
  private int slowLines;
  private String stoppedBy;
  private Cursor at;
  private boolean progressed;

  /**
   * @param maxFileBytes larger files are not looked into
   */
  public Search(
      Lane lane, Files source, TreeWalk.Filter dependencies, long maxFileBytes, SearchQuery query) {
    this.lane = lane;
    this.source = source;
    this.dependencies = dependencies;
    this.maxFileBytes = maxFileBytes;
    this.query = query;
  }

  /** Searches and gives the answer's JSON; to be called once. */
  public Future<Buffer> run() {
    step();
    return answer.future();
  }

  /** Ends the search soon; nobody waits for its answer any more. */
  public void cancel() {
    cancelled = true;
  }

  private void step() {
    lane.run(this::slice)
        .onComplete(
            done -> {
              if (done.failed()) {
                failed(done.cause());
              } else if (done.result() == null) {
                step();
              } else {
                answer.tryComplete(done.result());
              }
            });
  }

  /** What was met while the files moved, or not met, means nothing: the search begins anew. */
  private void failed(Throwable cause) {
    boolean moved = workspace != null && source.places() != places || cause instanceof Moving;
    close();
    if (!moved || cancelled) {
      answer.tryFail(cause);
    } else if (++restarts > MAX_RESTARTS) {
      answer.tryFail(ApiException.busy("The workspace's files were moved; try again.", 1));
    } else {
      source.settled().onComplete(v -> step());
    }
  }

  /** The files moved meanwhile. */
  private static final class Moving extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Moving() {
      super(null, null, false, false);
    }
  }

  /** The answer, or null when there is more to do. */
  private Buffer slice() {
    long until = System.nanoTime() + SLICE_NANOS;
    if (workspace == null) {
      begin();
    }
    while (stoppedBy == null && !cancelled) {
      SortedWalk.Entry entry = walk.next();
      if (entry == null) {
        at = null;
        break;
      }
      look(entry);
      checkLimits();
      if (stoppedBy == null && System.nanoTime() - until > 0) {
        return null;
      }
    }
    if (source.places() != places) {
      throw new Moving();
    }
    close();
    return Json.encode(answer());
  }

  private void begin() {
    if (restarts == 0) {
      startedAt = System.nanoTime();
      deadline = startedAt + TimeUnit.MILLISECONDS.toNanos(query.timeMs());
      finder = LineFinder.of(query, this::over);
    }
    forget();
    places = source.places();
    if (places % 2 != 0) {
      throw new Moving();
    }
    workspace = source.open();
    TreeWalk.Filter entered =
        (path, name, siblings) ->
            (query.everywhere() || dependencies.enter(path, name, siblings))
                && !query.excludes(path, name);
    walk = new SortedWalk(workspace, query.below(), entered, at == null ? null : at.path());
  }

  private void forget() {
    at = query.after();
    matches.clear();
    weight = 0;
    files = 0;
    binary = 0;
    tooLarge = 0;
    unreadable = 0;
    slowLines = 0;
    stoppedBy = null;
    progressed = false;
  }

  private boolean over() {
    return cancelled || System.nanoTime() - deadline > 0;
  }

  /** Stops only where the next search begins further on, however short the time is. */
  private void checkLimits() {
    if (stoppedBy == null && progressed && over()) {
      stoppedBy = "time";
    } else if (stoppedBy == null && bytes >= MAX_BYTES) {
      stoppedBy = "bytes";
    }
  }

  private void look(SortedWalk.Entry entry) {
    String path = entry.path();
    Cursor from = query.after();
    int doneLines = from != null && from.path().equals(path) ? from.line() : 0;
    if (entry.stat().isDirectory()) {
      if (from == null || !(from.path() + '/').startsWith(path + '/')) {
        at = new Cursor(path, 0);
        progressed = true;
      }
      return;
    }
    if (doneLines == Cursor.WHOLE) {
      return;
    }
    lookInto(entry, doneLines);
    progressed = true;
  }

  private void lookInto(SortedWalk.Entry entry, int doneLines) {
    String path = entry.path();
    at = new Cursor(path, Cursor.WHOLE);
    if (query.excludes(path, entry.name()) || !query.includes(path, entry.name())) {
      return;
    }
    if (entry.stat().size() > maxFileBytes) {
      tooLarge++;
      return;
    }
    byte[] content = read(path);
    if (content != null) {
      search(path, content, doneLines);
    }
  }

  private byte[] read(String path) {
    try {
      byte[] content = workspace.read(WorkspacePath.parse(path), maxFileBytes).bytes();
      files++;
      bytes += content.length;
      if (TextLines.isBinary(content)) {
        binary++;
        return null;
      }
      return content;
    } catch (FileFailure e) {
      // It was changed since it was found, or its permissions keep the server out.
      switch (e.kind()) {
        case TOO_LARGE -> tooLarge++;
        case IO -> throw e;
        default -> unreadable++;
      }
      return null;
    }
  }

  private void search(String path, byte[] content, int doneLines) {
    TextLines lines = new TextLines(content);
    while (finder.literal() == null ? lines.next() : lines.nextWith(finder.literal())) {
      if (lines.number() <= doneLines) {
        continue;
      }
      try {
        if (finder.find(lines.line())) {
          add(lines.match(path, finder.start(), finder.end(), query.context()));
        }
        if (over()) {
          stoppedBy = "time";
        }
      } catch (LineFinder.InterruptedSearch e) {
        // A line that takes all of the time would take it every time, so it is left behind.
        slowLines += progressed ? 0 : 1;
        stop(path, progressed ? lines.number() - 1 : lines.number(), "time");
        return;
      }
      if (stoppedBy != null) {
        stop(path, lines.number(), stoppedBy);
        return;
      }
      progressed = true;
    }
  }

  private void add(Match match) {
    matches.add(match);
    weight += match.weight();
    if (matches.size() >= query.limit()) {
      stoppedBy = "limit";
    } else if (weight >= MAX_ANSWER) {
      stoppedBy = "size";
    }
  }

  private void stop(String path, int line, String reason) {
    at = new Cursor(path, line);
    stoppedBy = reason;
  }

  private Map<String, Object> answer() {
    Map<String, Object> skipped = new LinkedHashMap<>();
    skipped.put("binary", binary);
    skipped.put("too_large", tooLarge);
    skipped.put("unreadable", unreadable);
    skipped.put("unnameable", walk.skipped());
    skipped.put("slow_lines", slowLines);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("matches", matches);
    answer.put("count", matches.size());
    answer.put("files_searched", files);
    answer.put("bytes_searched", bytes);
    answer.put("skipped", skipped);
    answer.put("stopped_by", stoppedBy);
    answer.put("next", stoppedBy == null || at == null ? null : at.encode());
    answer.put("duration_ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt));
    return answer;
  }

  private void close() {
    if (workspace != null) {
      workspace.close();
      workspace = null;
    }
  }
}
