package ai.bharatbuild.harness;

import ai.bharatbuild.json.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A server of the Messages API on loopback whose answers are those of plays. */
final class ScriptedModel {
  private final Map<String, Play> plays = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<Void>> left = new ConcurrentHashMap<>();
  private final HttpServer server;

  private ScriptedModel(Vertx vertx) throws Exception {
    server = await(vertx.createHttpServer().requestHandler(this::serve).listen(0, "127.0.0.1"));
  }

  static ScriptedModel start(Vertx vertx) throws Exception {
    return new ScriptedModel(vertx);
  }

  String address() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  void add(Play play) {
    left.put(play.id(), new CompletableFuture<>());
    plays.put(play.id(), play);
  }

  /** Completes when whoever asked for a play left an answer that hangs. */
  CompletableFuture<Void> left(Play play) {
    return left.get(play.id());
  }

  private void serve(HttpServerRequest request) {
    long from = System.nanoTime();
    request.body().onSuccess(body -> serve(request, body, from));
  }

  private void serve(HttpServerRequest request, Buffer body, long from) {
    Question question;
    try {
      question = Question.read(Json.parse(body));
    } catch (IOException e) {
      request.response().setStatusCode(400).end(error("invalid_request_error"));
      return;
    }
    Play play = plays.get(question.play());
    if (play == null) {
      request.response().setStatusCode(404).end(error("not_found_error"));
      return;
    }
    play.times().asked(question, from);
    Reply reply = play.answer(question);
    send(request, play, reply);
    play.times().answered(question, reply, from, System.nanoTime());
  }

  private void send(HttpServerRequest request, Play play, Reply reply) {
    HttpServerResponse response = request.response();
    if (reply instanceof Reply.Failure failure) {
      response.setStatusCode(failure.status()).end(error(failure.type()));
      return;
    }
    response.putHeader("Content-Type", "text/event-stream").setChunked(true);
    Buffer events = MessagesEvents.of(reply, play.outputTokens());
    switch (reply) {
      case Reply.Drop drop ->
          response.write(events).onComplete(sent -> request.connection().close());
      case Reply.Hang hang -> {
        request.connection().closeHandler(v -> left.get(play.id()).complete(null));
        response.write(events);
      }
      default -> response.end(events);
    }
  }

  private static String error(String type) {
    JsonObject error = new JsonObject().put("type", type).put("message", "scripted");
    return new JsonObject().put("type", "error").put("error", error).encode();
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
