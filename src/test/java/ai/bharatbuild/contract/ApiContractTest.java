package ai.bharatbuild.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * Answers that deviate from the contract are caught. Each test changes one thing of a right one.
 */
class ApiContractTest {
  private static final String ID = "r1";

  private final ApiContract contract = ApiContract.ofServer();
  private final JsonObject job =
      new JsonObject()
          .put("job_id", "a")
          .put("user_id", "local")
          .put("project_name", "app")
          .put("status", "generating")
          .put("files_count", 0)
          .put("total_size_mb", 0.5)
          .put("created_at", "2026-01-15T10:30:00.123Z")
          .put("zip_ready", false)
          .put("download_url", null);
  private final JsonObject problem =
      new JsonObject()
          .put("type", "about:blank")
          .put("title", "Not Found")
          .put("status", 404)
          .put("detail", "There is no such job.")
          .put("code", "not_found")
          .put("request_id", ID);
  private final Map<String, List<String>> headers =
      new HashMap<>(
          Map.of("X-Request-Id", List.of(ID), "Content-Type", List.of("application/json")));

  private ThrowingCallable answer(String method, String path, int status, JsonObject body) {
    return () ->
        contract.check(
            method,
            URI.create("http://localhost" + path),
            status,
            HttpHeaders.of(headers, (name, value) -> true),
            body.encode().getBytes(StandardCharsets.UTF_8));
  }

  private ThrowingCallable job(int status) {
    return answer("GET", "/api/v1/jobs/a", status, job);
  }

  private ThrowingCallable problem(String path) {
    headers.put("Content-Type", List.of("application/problem+json"));
    return answer("GET", path, problem.getInteger("status"), problem);
  }

  private static void caught(ThrowingCallable check, String what) {
    assertThatThrownBy(check).isInstanceOf(AssertionError.class).hasMessageContaining(what);
  }

  @Test
  void aRightAnswerPasses() {
    assertThatCode(job(200)).doesNotThrowAnyException();
    assertThatCode(problem("/api/v1/jobs/a")).doesNotThrowAnyException();
    assertThatCode(problem("/api/v1/nothing")).doesNotThrowAnyException();
  }

  @Test
  void aMissingMember() {
    job.remove("zip_ready");
    caught(job(200), "required property 'zip_ready'");
  }

  @Test
  void aMemberThatTheContractDoesNotName() {
    job.put("zipReady", true);
    caught(job(200), "property 'zipReady'");
  }

  @Test
  void wrongValues() {
    job.put("status", "done");
    caught(job(200), "/status");
    job.put("status", "failed").put("files_count", "0");
    caught(job(200), "/files_count");
    job.put("files_count", 0).put("created_at", "2026-01-15 10:30Z");
    caught(job(200), "/created_at");
  }

  @Test
  void whatIsWrongDeepInside() {
    JsonObject page =
        new JsonObject()
            .put("jobs", new JsonArray().add(job).add(job.copy().put("extra", 1)))
            .put("total", 2)
            .put("page", 1)
            .put("pages", 1);
    caught(answer("GET", "/api/v1/jobs?page=1", 200, page), "/jobs/1: property 'extra'");
  }

  @Test
  void aStatusOrMediaTypeThatTheContractDoesNotHave() {
    caught(job(201), "no application/json here");
    caught(answer("PATCH", "/api/v1/jobs/a", 200, job), "no application/json here");
    headers.put("Content-Type", List.of("text/plain"));
    caught(job(200), "no text/plain here");
    headers.remove("Content-Type");
    caught(job(200), "no empty answer here");
  }

  @Test
  void aBodyWhereNoneBelongs() {
    headers.put("Location", List.of("http://a.preview.localhost/"));
    caught(answer("GET", "/api/v1/preview/a/x", 307, job), "there is a body");
  }

  @Test
  void headersThatAreMissingOrWrong() {
    headers.remove("X-Request-Id");
    caught(job(200), "X-Request-Id");
    headers.put("X-Request-Id", List.of(ID));
    caught(answer("POST", "/api/v1/jobs/create", 201, job), "Location is missing");
    JsonObject written = new JsonObject().put("success", true).put("path", "f").put("size", 1);
    headers.put("ETag", List.of("weak"));
    caught(answer("PUT", "/api/v1/jobs/a/raw/f", 200, written), "ETag");
  }

  @Test
  void problemsThatAreIncompleteOrOfAnotherAnswer() {
    problem.put("request_id", "other");
    caught(problem("/api/v1/jobs/a"), "request_id is another");
    problem.remove("request_id");
    caught(problem("/api/v1/jobs/a"), "required property 'request_id'");
    problem.put("request_id", ID).put("detail", null);
    caught(problem("/api/v1/jobs/a"), "/detail");
  }

  @Test
  void problemsWithACodeThatTheContractDoesNotHaveThere() {
    problem.put("code", "id_taken");
    caught(problem("/api/v1/jobs/a"), "no code id_taken");
    problem.put("status", 409);
    caught(problem("/api/v1/jobs/a"), "no code id_taken");
    problem.put("status", 400).put("code", "invalid_path");
    caught(problem("/api/v1/nothing"), "no code invalid_path");
    problem.put("status", 503).put("code", "busy");
    caught(problem("/api/v1/jobs/a"), "Retry-After is missing");
  }

  @Test
  void theContractsOwnExamplesAreAsItSays() {
    Map<String, List<String>> wrong = new TreeMap<>();
    int[] examples = {0};
    JsonObject document = contract.document();
    for (JsonObject item : objects(document.getJsonObject("paths"))) {
      for (JsonObject operation : objects(item)) {
        for (JsonObject response : objects(operation.getJsonObject("responses"))) {
          JsonObject content = contract.resolve(response).getJsonObject("content");
          for (JsonObject type : objects(content)) {
            Object example = type.getValue("example");
            if (example != null) {
              examples[0]++;
              List<String> errors =
                  contract.schemas().errors(type.getJsonObject("schema"), Json.encode(example));
              wrong.merge(operation.getString("operationId"), errors, ApiContractTest::both);
            }
          }
        }
      }
    }
    wrong.values().removeIf(List::isEmpty);
    assertThat(wrong).isEmpty();
    assertThat(examples[0]).isGreaterThan(30);
  }

  private static List<JsonObject> objects(JsonObject parent) {
    return parent == null
        ? List.of()
        : parent.stream()
            .map(Map.Entry::getValue)
            .filter(JsonObject.class::isInstance)
            .map(JsonObject.class::cast)
            .toList();
  }

  private static List<String> both(List<String> a, List<String> b) {
    return Stream.concat(a.stream(), b.stream()).toList();
  }

  @Test
  void eventsToo() {
    URI exec = URI.create("http://localhost/api/v1/containers/a/exec");
    JsonObject event = new JsonObject().put("type", "stdout").put("data", "hi");
    contract.checkEvent("POST", exec, event.encode());
    caught(() -> contract.checkEvent("POST", exec, "hi"), "not JSON");
    event.put("n", 1);
    caught(() -> contract.checkEvent("POST", exec, event.encode()), "property 'n'");
    event.put("type", "stdin").remove("n");
    caught(() -> contract.checkEvent("POST", exec, event.encode()), "/type");
  }
}
