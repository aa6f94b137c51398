package ai.bharatbuild.jobs;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Takes a request's body piece by piece. Usable on any context.
 *
 * @param <T> what the body becomes
 */
interface BodySink<T> {
  /** Takes the next piece; completes when another may come. */
  Future<Void> append(Buffer chunk);

  /** All of the body has come. */
  Future<T> commit();

  /** Forgets what came, unless it was committed. */
  Future<Void> abort();

  /** Hands the body on as fast as the sink takes it, and commits it when all of it has come. */
  static <T> Future<T> receive(RoutingContext context, BodySink<T> sink) {
    HttpServerRequest request = context.request();
    Promise<Void> received = Promise.promise();
    if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      context.response().writeContinue();
    }
    request.handler(
        chunk -> {
          request.pause();
          sink.append(chunk)
              .onComplete(
                  taken -> {
                    if (taken.failed()) {
                      received.tryFail(taken.cause());
                    }
                    request.resume();
                  });
        });
    request.exceptionHandler(received::tryFail);
    request.endHandler(end -> received.tryComplete());
    context.addEndHandler(end -> received.tryFail(new HttpClosedException("the client left")));
    request.resume();
    return received
        .future()
        .compose(v -> sink.commit(), e -> sink.abort().transform(v -> Future.failedFuture(e)));
  }
}
