package ai.bharatbuild.bus;

import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Typed use of the event bus. Questions go to the one verticle that owns a shard of the work; the
 * answer, or an {@link ApiException}, comes back on the asker's context. Usable from any context.
 */
public final class Bus {
  private static final Logger LOG = LoggerFactory.getLogger(Bus.class);
  private static final Problem INTERNAL =
      new Problem(
          500,
          "internal_error",
          "The server failed; the request id names the log line that says how.",
          null,
          null,
          null,
          null);

  private final Vertx vertx;

  private Bus(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Installs the codec; to be called once for each Vert.x instance. */
  public static Bus install(Vertx vertx) {
    vertx.eventBus().registerCodec(new ByReferenceCodec());
    return new Bus(vertx);
  }

  /** The shard that owns an id among {@code shards}; the same everywhere and always. */
  public static String shardOf(String id, int shards) {
    return Integer.toString(Math.floorMod(id.hashCode() * 0x9E3779B9 >>> 16, shards));
  }

  public <Q, R> Future<R> ask(Address<Q, R> address, String shard, Q question) {
    DeliveryOptions options =
        new DeliveryOptions()
            .setCodecName(ByReferenceCodec.NAME)
            .setLocalOnly(true)
            .setSendTimeout(address.timeoutMs());
    return vertx
        .eventBus()
        .<Answer>request(address.at(shard), question, options)
        .transform(
            result ->
                result.succeeded()
                    ? unwrap(address, result.result().body())
                    : Future.failedFuture(translate(address, result.cause())));
  }

  /** Answers questions on the calling verticle's context until it is undeployed. */
  public <Q, R> Future<Void> serve(
      Address<Q, R> address, String shard, Function<Q, Future<R>> handler) {
    MessageConsumer<Q> consumer =
        vertx.eventBus().localConsumer(address.at(shard), message -> answer(message, handler));
    return consumer.completion();
  }

  public <E> void publish(Topic<E> topic, E event) {
    DeliveryOptions options =
        new DeliveryOptions().setCodecName(ByReferenceCodec.NAME).setLocalOnly(true);
    vertx.eventBus().publish(topic.name(), event, options);
  }

  /** Listens on the calling context; {@code unregister} of the result ends it. */
  public <E> MessageConsumer<E> listen(Topic<E> topic, Handler<E> handler) {
    return vertx.eventBus().localConsumer(topic.name(), message -> handler.handle(message.body()));
  }

  private static <Q, R> void answer(Message<Q> message, Function<Q, Future<R>> handler) {
    DeliveryOptions options = new DeliveryOptions().setCodecName(ByReferenceCodec.NAME);
    Future<R> future;
    try {
      future = handler.apply(message.body());
    } catch (RuntimeException e) {
      future = Future.failedFuture(e);
    }
    future.onComplete(
        result ->
            message.reply(
                result.succeeded()
                    ? new Answer(result.result(), null)
                    : new Answer(null, problemOf(message.address(), result.cause())),
                options));
  }

  private static <Q, R> Future<R> unwrap(Address<Q, R> address, Answer answer) {
    return answer.problem() == null
        ? Future.succeededFuture(address.answer().cast(answer.value()))
        : Future.failedFuture(new ApiException(answer.problem()));
  }

  private static Problem problemOf(String address, Throwable cause) {
    if (cause instanceof ApiException known) {
      return known.problem();
    }
    LOG.error("{} failed", address, cause);
    return INTERNAL;
  }

  private static ApiException translate(Address<?, ?> address, Throwable cause) {
    if (cause instanceof ReplyException reply && reply.failureType() == ReplyFailure.TIMEOUT) {
      return ApiException.busy("The server did not answer in time; try again.", 5);
    }
    if (cause instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS) {
      return ApiException.unavailable("The server is starting or stopping; try again.");
    }
    LOG.error("{} failed", address.name(), cause);
    return new ApiException(INTERNAL);
  }
}
