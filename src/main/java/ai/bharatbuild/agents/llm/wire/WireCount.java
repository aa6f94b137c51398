package ai.bharatbuild.agents.llm.wire;

import ai.bharatbuild.agents.llm.ModelException;
import ai.bharatbuild.agents.llm.TokenCount;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;

/** A question for a number of tokens. Its state belongs to one context. */
final class WireCount implements TokenCount {
  private final WireModel model;
  private final WireRequest question;
  private final Context context;
  private final Promise<Long> count = Promise.promise();
  private WireExchange exchange;

  WireCount(Vertx vertx, WireModel model, WireRequest question) {
    this.model = model;
    this.question = question;
    this.context = vertx.getOrCreateContext();
    context.runOnContext(v -> begin());
  }

  @Override
  public Future<Long> tokens() {
    return count.future();
  }

  @Override
  public void cancel() {
    context.runOnContext(
        v -> {
          boolean pending =
              count.tryFail(
                  new ModelException(ModelException.Kind.CANCELLED, "The call was cancelled."));
          if (pending && exchange != null) {
            exchange.cancel();
          }
        });
  }

  private void begin() {
    if (count.future().isComplete()) {
      return;
    }
    exchange = model.transport().send(question);
    exchange
        .head()
        .compose(
            head ->
                WireModel.body(exchange, Buffer.buffer())
                    .map(
                        body -> {
                          if (!head.ok()) {
                            throw model.protocol().failure(head, body);
                          }
                          return model.protocol().counted(Failures.json(body));
                        }))
        .onComplete(count::tryComplete, e -> count.tryFail(model.clean(e)));
  }
}
