package ai.bharatbuild.agents.llm.wire;

import ai.bharatbuild.agents.llm.LanguageModel;
import ai.bharatbuild.agents.llm.ModelException;
import ai.bharatbuild.agents.llm.ModelRequest;
import ai.bharatbuild.agents.llm.ModelStream;
import ai.bharatbuild.agents.llm.TokenCount;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;

/** A model that is reached by a protocol over a transport. Repeats nothing by itself. */
public final class WireModel implements LanguageModel {
  /** Most that is read of an answer that is no stream. */
  private static final int MAX_BODY = 64 << 10;

  private final Vertx vertx;
  private final Protocol protocol;
  private final Transport transport;
  private final Secret key;

  /**
   * @param key is taken out of whatever providers say
   */
  public WireModel(Vertx vertx, Protocol protocol, Transport transport, Secret key) {
    this.vertx = vertx;
    this.protocol = protocol;
    this.transport = transport;
    this.key = key;
  }

  @Override
  public String provider() {
    return protocol.provider();
  }

  @Override
  public ModelStream stream(ModelRequest request) {
    return new WireStream(vertx, this, request);
  }

  @Override
  public TokenCount countTokens(ModelRequest request) {
    WireRequest question;
    try {
      question = protocol.count(request);
    } catch (ModelException e) {
      return TokenCount.failed(e);
    }
    if (question == null) {
      return TokenCount.failed(
          new UnsupportedOperationException(provider() + " does not count tokens"));
    }
    return new WireCount(vertx, this, question);
  }

  @Override
  public Future<Void> close() {
    return transport.close();
  }

  Protocol protocol() {
    return protocol;
  }

  Transport transport() {
    return transport;
  }

  /** The body of an answer that is no stream, as far as it is of interest. */
  static Future<Buffer> body(WireExchange exchange, Buffer before) {
    return exchange
        .read()
        .compose(
            piece -> {
              if (piece == null) {
                return Future.succeededFuture(before);
              }
              before.appendBuffer(piece);
              if (before.length() > MAX_BODY) {
                exchange.cancel();
                return Future.succeededFuture(before.slice(0, MAX_BODY));
              }
              return body(exchange, before);
            });
  }

  /** The failure as it may be told: without the key, whatever a provider repeats. */
  ModelException clean(Throwable cause) {
    if (!(cause instanceof ModelException failure)) {
      return new ModelException(
          ModelException.Kind.MALFORMED,
          false,
          null,
          null,
          "The answer could not be read: " + cause.getClass().getSimpleName());
    }
    return new ModelException(
        failure.kind(),
        failure.retryable(),
        failure.retryAfter(),
        failure.requestId(),
        key.removeFrom(String.valueOf(failure.getMessage())));
  }
}
