package ai.bharatbuild.agents.llm;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A whole answer.
 *
 * @param text all of its text, which is cut off where {@link StopReason#truncated} says so
 * @param calls the complete tool calls
 * @param truncatedCalls calls that the end of the answer cut off
 */
public record ModelAnswer(
    String text,
    List<Block.ToolUse> calls,
    List<ModelEvent.ToolCallTruncated> truncatedCalls,
    StopReason reason,
    Usage usage,
    String requestId) {

  /** The answer as a message of the conversation. */
  public Message message() {
    List<Block> blocks = new ArrayList<>();
    if (!text.isEmpty()) {
      blocks.add(new Block.Text(text));
    }
    blocks.addAll(calls);
    return new Message(Message.Speaker.ASSISTANT, blocks, false);
  }

  /** Reads a stream to its end. */
  public static Future<ModelAnswer> collect(ModelStream stream) {
    return collect(stream, event -> {});
  }

  /**
   * Reads a stream to its end.
   *
   * @param watcher is shown each event; when it throws, the stream is cancelled and that is the
   *     failure
   */
  public static Future<ModelAnswer> collect(ModelStream stream, Consumer<ModelEvent> watcher) {
    Promise<ModelAnswer> whole = Promise.promise();
    pull(stream, new Collector(), watcher, whole);
    return whole.future();
  }

  private static void pull(
      ModelStream stream,
      Collector collector,
      Consumer<ModelEvent> watcher,
      Promise<ModelAnswer> whole) {
    // Events that are there already are taken in a loop, not in ever deeper calls.
    Future<ModelEvent> next = stream.next();
    while (next.succeeded()) {
      if (took(stream, collector, watcher, whole, next.result())) {
        return;
      }
      next = stream.next();
    }
    next.onComplete(
        event -> {
          if (!took(stream, collector, watcher, whole, event)) {
            pull(stream, collector, watcher, whole);
          }
        },
        whole::tryFail);
  }

  private static boolean took(
      ModelStream stream,
      Collector collector,
      Consumer<ModelEvent> watcher,
      Promise<ModelAnswer> whole,
      ModelEvent event) {
    try {
      watcher.accept(event);
    } catch (RuntimeException e) {
      stream.cancel();
      whole.tryFail(e);
      return true;
    }
    ModelAnswer answer = collector.take(event);
    if (answer != null) {
      whole.tryComplete(answer);
    }
    return answer != null;
  }

  private static final class Collector {
    private final StringBuilder text = new StringBuilder();
    private final List<Block.ToolUse> calls = new ArrayList<>();
    private final List<ModelEvent.ToolCallTruncated> truncated = new ArrayList<>();

    /** Gives the answer with its last event, else null. */
    ModelAnswer take(ModelEvent event) {
      switch (event) {
        case ModelEvent.TextDelta delta -> text.append(delta.text());
        case ModelEvent.ToolCallCompleted call ->
            calls.add(
                new Block.ToolUse(call.id(), call.name(), call.arguments(), call.signature()));
        case ModelEvent.ToolCallTruncated call -> truncated.add(call);
        case ModelEvent.Restarted anew -> {
          text.setLength(0);
          calls.clear();
          truncated.clear();
        }
        case ModelEvent.Finished end -> {
          return new ModelAnswer(
              text.toString(),
              List.copyOf(calls),
              List.copyOf(truncated),
              end.reason(),
              end.usage(),
              end.requestId());
        }
        default -> {}
      }
      return null;
    }
  }
}
