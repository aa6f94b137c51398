package ai.bharatbuild.sandbox;

import ai.bharatbuild.http.Sse;
import ai.bharatbuild.json.Json;
import ai.bharatbuild.log.LogReader;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.sandbox.ContainerMessages.Stream;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The events of several execs, run one after another, and a last {@code done}. When the client
 * leaves, the exec that runs goes on and no further one is started. Belongs to the request's
 * context.
 */
final class BatchSource implements Sse.Source {
  private static final Buffer NOTHING = Buffer.buffer();

  private final List<ExecRequest> requests;
  private final boolean stopOnError;
  private final Function<ExecRequest, Future<Stream>> start;
  private final Function<Stream, Future<ExecView>> status;
  private Runnable wake = () -> {};
  private Stream current;
  private LogReader reader;
  private int run;
  private int succeeded;
  private boolean ended;
  private boolean closed;

  BatchSource(
      List<ExecRequest> requests,
      boolean stopOnError,
      Function<ExecRequest, Future<Stream>> start,
      Function<Stream, Future<ExecView>> status) {
    this.requests = requests;
    this.stopOnError = stopOnError;
    this.start = start;
    this.status = status;
  }

  /** Starts the first exec, so that what keeps it from running is answered as a problem. */
  Future<Void> begin() {
    return start
        .apply(requests.get(run))
        .map(
            stream -> {
              run++;
              current = stream;
              reader = stream.log().reader(0);
              reader.onMore(() -> wake.run());
              return null;
            });
  }

  @Override
  public Future<Buffer> next(int maxBytes) {
    if (ended || closed) {
      return Future.succeededFuture(NOTHING);
    }
    return reader
        .next(maxBytes)
        .compose(
            records ->
                records.length() > 0 || !reader.ended()
                    ? Future.succeededFuture(records)
                    : status.apply(current).compose(view -> after(view, maxBytes)));
  }

  private Future<Buffer> after(ExecView view, int maxBytes) {
    boolean fine = Boolean.TRUE.equals(view.success());
    succeeded += fine ? 1 : 0;
    boolean more = run < requests.size() && (fine || !stopOnError) && !closed;
    reader.close();
    return more
        ? begin().compose(v -> next(maxBytes)).recover(e -> Future.succeededFuture(broken(e)))
        : Future.succeededFuture(done());
  }

  private Buffer broken(Throwable cause) {
    String why =
        cause instanceof ApiException known ? known.problem().detail() : "The server failed.";
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("type", "error");
    error.put("data", why);
    return Buffer.buffer("data: ")
        .appendBuffer(Json.encode(error))
        .appendString("\n\n")
        .appendBuffer(done());
  }

  private Buffer done() {
    ended = true;
    Map<String, Object> done = new LinkedHashMap<>();
    done.put("type", "done");
    done.put("data", Map.of("total", requests.size(), "run", run, "succeeded", succeeded));
    done.put("success", succeeded == requests.size());
    return Buffer.buffer("data: ").appendBuffer(Json.encode(done)).appendString("\n\n");
  }

  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public void onMore(Runnable action) {
    wake = action;
  }

  @Override
  public void close() {
    closed = true;
    if (reader != null) {
      reader.close();
    }
  }
}
