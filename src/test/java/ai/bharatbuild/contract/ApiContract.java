package ai.bharatbuild.contract;

import ai.bharatbuild.http.Contract;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Compares what the server answered with what {@code openapi.yaml} says that it answers: status,
 * headers, media type, each member of the body, and the codes of problems. Every test that speaks
 * to the API passes its answers through here. Thread-safe.
 */
public final class ApiContract {
  private static final class Holder {
    static final ApiContract SERVERS = new ApiContract(new JsonObject(Contract.load()));
  }

  private final JsonObject document;
  private final Operations operations;
  private final Schemas schemas;

  private ApiContract(JsonObject loaded) {
    // Encoded and parsed, so that all of it is of JSON's types.
    this.document = new JsonObject(loaded.encode());
    this.operations = new Operations(document.getJsonObject("paths"));
    this.schemas = new Schemas(document.getJsonObject("components").getJsonObject("schemas"));
  }

  /** The contract that the server serves. */
  public static ApiContract ofServer() {
    return Holder.SERVERS;
  }

  /** Whether the contract has what was asked for. */
  public boolean covers(HttpResponse<?> response) {
    String method = response.request().method();
    return operations.find(method, response.request().uri().getRawPath()).isPresent();
  }

  /**
   * Checks an answer; its body too, when it was read as text or bytes.
   *
   * @throws AssertionError that names every difference
   */
  public <T> HttpResponse<T> check(HttpResponse<T> response) {
    byte[] body =
        switch (response.body()) {
          case byte[] bytes -> bytes;
          case String text -> text.getBytes(StandardCharsets.UTF_8);
          case null, default -> null;
        };
    check(
        response.request().method(),
        response.request().uri(),
        response.statusCode(),
        response.headers(),
        body);
    return response;
  }

  /**
   * Checks an answer.
   *
   * @param body null where it was not read
   */
  void check(String method, URI uri, int status, HttpHeaders headers, byte[] body) {
    String path = uri.getRawPath();
    AnswerCheck check = new AnswerCheck(this, status, headers, body);
    Optional<JsonObject> operation = operations.find(method, path);
    JsonObject response =
        operation.map(o -> o.getJsonObject("responses").getJsonObject("" + status)).orElse(null);
    boolean bodiless = method.equals("HEAD") || status == 204 || status == 304 || status == 307;
    report(
        method + " " + path + " " + status,
        check.differences(operation.isPresent(), resolve(response), bodiless),
        body);
  }

  /** Checks the {@code data:} of one event that a call streamed. */
  public void checkEvent(String method, URI uri, String data) {
    JsonObject content =
        operations
            .find(method, uri.getRawPath())
            .map(operation -> operation.getJsonObject("responses").getJsonObject("200"))
            .map(response -> response.getJsonObject("content"))
            .map(types -> types.getJsonObject(AnswerCheck.EVENTS))
            .orElseThrow(() -> new AssertionError(uri + " streams no events by the contract"));
    report(
        "an event of " + method + " " + uri.getRawPath(),
        schemas.errors(content.getJsonObject("schema"), data),
        data.getBytes(StandardCharsets.UTF_8));
  }

  JsonObject document() {
    return document;
  }

  Schemas schemas() {
    return schemas;
  }

  /** What a reference within the document means. */
  JsonObject resolve(JsonObject value) {
    if (value == null || !value.containsKey("$ref")) {
      return value;
    }
    JsonObject found = document;
    for (String step : value.getString("$ref").substring("#/".length()).split("/")) {
      found = found.getJsonObject(step);
    }
    return found;
  }

  private static void report(String answer, List<String> differences, byte[] body) {
    if (!differences.isEmpty()) {
      String shown = body == null ? "" : "\n" + new String(body, StandardCharsets.UTF_8);
      throw new AssertionError(
          answer
              + " is not as the contract says:\n  "
              + String.join("\n  ", differences)
              + shown.substring(0, Math.min(shown.length(), 2_000)));
    }
  }
}
