package ai.bharatbuild.agents.runs;

import ai.bharatbuild.http.Sse;
import ai.bharatbuild.log.LogReader;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;

/**
 * Gives the events of a run that are on disk, and no others: what a server that is killed had not
 * written is told anew by the next one, under the same numbers and in other words. Belongs to the
 * context on which it was made.
 */
final class RunReader implements Sse.Source {
  private final RunLog log;
  private final LogReader reader;
  private final ContextInternal own = ContextInternal.current();

  RunReader(RunLog log, LogReader reader) {
    this.log = log;
    this.reader = reader;
  }

  @Override
  public Future<Buffer> next(int maxBytes) {
    return reader
        .next(maxBytes)
        .compose(
            events ->
                events.length() == 0 ? Future.succeededFuture(events) : written().map(events));
  }

  /** Completes here, not on the log's context, once all that was read is on disk. */
  private Future<Void> written() {
    Promise<Void> written = own.promise();
    log.flush().onComplete(written);
    return written.future();
  }

  @Override
  public boolean ended() {
    return reader.ended();
  }

  @Override
  public void onMore(Runnable wake) {
    reader.onMore(wake);
  }

  @Override
  public void close() {
    reader.close();
  }
}
