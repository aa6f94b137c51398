package ai.bharatbuild.accounts;

import ai.bharatbuild.http.Contract;
import ai.bharatbuild.http.Operation;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the contract's examples say a call of an operation has. */
final class ContractCalls {
  private static final JsonObject CONTRACT =
      new JsonObject(new JsonObject(Contract.load()).encode());

  private ContractCalls() {}

  /** The required parameters of the query, with a question mark before them; or nothing. */
  static String query(Operation operation) {
    JsonArray parameters = told(operation).getJsonArray("parameters", new JsonArray());
    return parameters.stream()
        .map(each -> resolve((JsonObject) each))
        .filter(each -> each.getString("in").equals("query") && each.getBoolean("required", false))
        .map(each -> each.getString("name") + "=" + each.getValue("example", "x"))
        .reduce((a, b) -> a + "&" + b)
        .map(query -> "?" + query)
        .orElse("");
  }

  /** The body; an empty object where the contract has no example, and empty for none at all. */
  static Optional<String> body(Operation operation) {
    JsonObject request = resolve(told(operation).getJsonObject("requestBody"));
    if (request == null) {
      return Optional.empty();
    }
    JsonObject json = request.getJsonObject("content").getJsonObject("application/json");
    if (json == null) {
      return Optional.of("bytes");
    }
    Object example = json.getValue("example");
    if (example == null && json.getJsonObject("examples") != null) {
      example =
          ((JsonObject) json.getJsonObject("examples").iterator().next().getValue())
              .getValue("value");
    }
    return Optional.of(
        switch (example) {
          case JsonObject object -> object.encode();
          case JsonArray array -> array.encode();
          case null, default -> "{}";
        });
  }

  private static JsonObject told(Operation operation) {
    return CONTRACT
        .getJsonObject("paths")
        .getJsonObject(operation.path())
        .getJsonObject(operation.method().toLowerCase(Locale.ROOT));
  }

  private static JsonObject resolve(JsonObject value) {
    if (value == null || !value.containsKey("$ref")) {
      return value;
    }
    JsonObject found = CONTRACT;
    for (String step : Arrays.asList(value.getString("$ref").substring(2).split("/"))) {
      found = found.getJsonObject(step);
    }
    return found;
  }
}
