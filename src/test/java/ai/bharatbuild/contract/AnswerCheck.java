package ai.bharatbuild.contract;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One answer, compared with one response of the contract. */
final class AnswerCheck {
  static final String EVENTS = "text/event-stream";
  private static final String DATA = "data: ";
  private static final String JSON = "application/json";
  private static final String PROBLEM = "application/problem+json";
  private static final JsonObject PROBLEM_SCHEMA =
      new JsonObject().put("$ref", "#/components/schemas/Problem");

  /** Codes that any call can answer, as the contract's introduction says. */
  private static final Map<Integer, Set<String>> ANYWHERE =
      Map.ofEntries(
          Map.entry(400, Set.of("bad_request")),
          Map.entry(401, Set.of("unauthenticated")),
          Map.entry(402, Set.of("quota_exceeded")),
          Map.entry(
              403,
              Set.of(
                  "forbidden_origin", "forbidden", "address_not_allowed", "token_limit_reached")),
          Map.entry(405, Set.of("method_not_allowed")),
          Map.entry(413, Set.of("too_large")),
          Map.entry(421, Set.of("misdirected_request")),
          Map.entry(429, Set.of("rate_limited", "quota_exceeded")),
          Map.entry(500, Set.of("internal_error")),
          Map.entry(503, Set.of("busy", "unavailable")),
          Map.entry(507, Set.of("no_space")));

  private static final Set<String> WITH_RETRY_AFTER = Set.of("rate_limited", "busy");

  private final ApiContract contract;
  private final int status;
  private final HttpHeaders headers;
  private final byte[] body;
  private final List<String> differences = new ArrayList<>();

  /**
   * @param body null where it was not read
   */
  AnswerCheck(ApiContract contract, int status, HttpHeaders headers, byte[] body) {
    this.contract = contract;
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /**
   * What differs.
   *
   * @param operation whether the contract has what was asked for
   * @param response what it says of this status, or null
   * @param bodiless whether there can be no body
   */
  List<String> differences(boolean operation, JsonObject response, boolean bodiless) {
    if (header("X-Request-Id").isEmpty()) {
      differences.add("the header X-Request-Id is missing");
    }
    if (response != null) {
      headers(response.getJsonObject("headers", new JsonObject()));
    }
    if (bodiless) {
      bodiless(response);
    } else {
      content(operation, response);
    }
    return differences;
  }

  private void bodiless(JsonObject response) {
    if (response == null && !ANYWHERE.containsKey(status)) {
      differences.add("the contract has no such status");
    }
    if (body != null && body.length > 0) {
      differences.add("there is a body");
    }
  }

  private void headers(JsonObject told) {
    for (Map.Entry<String, Object> entry : told) {
      JsonObject header = contract.resolve((JsonObject) entry.getValue());
      Optional<String> value = header(entry.getKey());
      if (value.isEmpty() && header.getBoolean("required", false)) {
        differences.add("the header " + entry.getKey() + " is missing");
      }
      JsonObject schema = header.getJsonObject("schema");
      value
          .map(text -> schema.getString("type").equals("string") ? quoted(text) : text)
          .ifPresent(json -> compare(entry.getKey(), schema, json));
    }
  }

  private void content(boolean operation, JsonObject response) {
    JsonObject types =
        response == null ? new JsonObject() : response.getJsonObject("content", new JsonObject());
    String type = header("Content-Type").orElse("").split(";", 2)[0].strip();
    if (type.equals(PROBLEM)) {
      problem(operation, types.containsKey(PROBLEM) ? codes(response) : List.of());
    } else if (!types.containsKey(type)) {
      differences.add("the contract has no " + (type.isEmpty() ? "empty answer" : type) + " here");
    } else if (body != null) {
      JsonObject schema = types.getJsonObject(type).getJsonObject("schema");
      documents(type).forEach(json -> compare("", schema, json));
    }
  }

  private static List<?> codes(JsonObject response) {
    return response.getJsonArray("x-codes", new JsonArray()).getList();
  }

  /** The JSON in the body: all of it, or what each event carries. */
  private List<String> documents(String type) {
    return switch (type) {
      case JSON -> List.of(text());
      case EVENTS ->
          text()
              .lines()
              .filter(line -> line.startsWith(DATA))
              .map(line -> line.substring(DATA.length()))
              .toList();
      default -> List.of();
    };
  }

  private void problem(boolean operation, List<?> documented) {
    if (body == null) {
      return;
    }
    compare("", PROBLEM_SCHEMA, text());
    if (!differences.isEmpty()) {
      return;
    }
    JsonObject problem = new JsonObject(text());
    String code = problem.getString("code");
    boolean anywhere = ANYWHERE.getOrDefault(status, Set.of()).contains(code);
    boolean nowhere = !operation && status == 404 && code.equals("not_found");
    if (!documented.contains(code) && !anywhere && !nowhere) {
      differences.add("the contract has no code " + code + " here");
    }
    if (problem.getInteger("status") != status) {
      differences.add("the body's status is another");
    }
    if (!header("X-Request-Id").equals(Optional.of(problem.getString("request_id")))) {
      differences.add("the body's request_id is another");
    }
    if (WITH_RETRY_AFTER.contains(code) && header("Retry-After").isEmpty()) {
      differences.add("the header Retry-After is missing");
    }
  }

  private void compare(String where, JsonObject schema, String json) {
    contract.schemas().errors(schema, json).forEach(error -> differences.add(where + error));
  }

  private Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  private String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  private static String quoted(String text) {
    String array = new JsonArray().add(text).encode();
    return array.substring(1, array.length() - 1);
  }
}
