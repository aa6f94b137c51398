package ai.bharatbuild.agents.llm;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One answer, from as many attempts as it takes. Its state belongs to one context. */
final class RetryingStream implements ModelStream {
  private static final Logger LOG = LoggerFactory.getLogger(RetryingStream.class);
  private static final long NONE = -1;

  private final Vertx vertx;
  private final Context context;
  private final LanguageModel model;
  private final RetryPolicy policy;
  private final RandomGenerator random;
  private final ModelRequest request;
  private ModelStream attempt;
  private int made = 1;
  private boolean givenAny;
  private boolean givenOutput;
  private long timer = NONE;
  private Promise<ModelEvent> waiting;
  private ModelException failure;
  private boolean cancelled;

  RetryingStream(
      Vertx vertx,
      LanguageModel model,
      RetryPolicy policy,
      RandomGenerator random,
      ModelRequest request) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.model = model;
    this.policy = policy;
    this.random = random;
    this.request = request;
    this.attempt = model.stream(request);
  }

  @Override
  public Future<ModelEvent> next() {
    Promise<ModelEvent> promise = Promise.promise();
    context.runOnContext(v -> pull(promise));
    return promise.future();
  }

  @Override
  public void cancel() {
    context.runOnContext(
        v -> {
          cancelled = true;
          attempt.cancel();
          if (timer != NONE) {
            vertx.cancelTimer(timer);
            timer = NONE;
            end(waiting, cancellation());
          }
        });
  }

  private static ModelException cancellation() {
    return new ModelException(ModelException.Kind.CANCELLED, "The call was cancelled.");
  }

  private void pull(Promise<ModelEvent> promise) {
    if (failure != null) {
      promise.fail(failure);
      return;
    }
    attempt
        .next()
        .onComplete(
            event ->
                context.runOnContext(
                    v -> {
                      givenAny |= event != null;
                      givenOutput |= event != null && event.output();
                      promise.complete(event);
                    }),
            e -> context.runOnContext(v -> failed(promise, e)));
  }

  private void failed(Promise<ModelEvent> promise, Throwable cause) {
    Duration wait =
        cause instanceof ModelException known && (!givenOutput || request.restartable())
            ? policy.wait(known, made, random)
            : null;
    if (wait == null) {
      end(promise, cause);
      return;
    }
    if (cancelled) {
      // The attempt had failed before it could be told.
      end(promise, cancellation());
      return;
    }
    ModelException known = (ModelException) cause;
    LOG.info(
        "{}: attempt {} failed, the next is made in {} ms: {}",
        model.provider(),
        made,
        wait.toMillis(),
        known.toString());
    waiting = promise;
    timer = vertx.setTimer(Math.max(1, wait.toMillis()), id -> again(promise, known));
  }

  private void again(Promise<ModelEvent> promise, ModelException cause) {
    timer = NONE;
    made++;
    attempt = model.stream(request);
    boolean tell = givenAny;
    givenAny = false;
    givenOutput = false;
    if (tell) {
      promise.complete(new ModelEvent.Restarted(cause));
    } else {
      pull(promise);
    }
  }

  private void end(Promise<ModelEvent> promise, Throwable cause) {
    if (cause instanceof ModelException known) {
      failure = known;
    }
    promise.fail(cause);
  }
}
