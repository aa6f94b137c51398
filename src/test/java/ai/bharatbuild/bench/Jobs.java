package ai.bharatbuild.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The jobs calls that benchmarks need around what they measure. Not for several threads. */
final class Jobs implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROOT = "/api/v1/jobs/";

  private final HttpConnection connection;
  private int created;

  Jobs(int port) throws IOException {
    this(port, null);
  }

  /** Of the user whose access token that is. */
  Jobs(int port, String token) throws IOException {
    connection = HttpConnection.tcp(port).authorize(token);
  }

  /** Makes jobs whose ids have one length. */
  List<String> create(int count) throws IOException {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String id = "bench-%06d".formatted(created++);
      call("POST", "create", Map.of("project_name", "bench", "job_id", id), 201);
      ids.add(id);
    }
    return ids;
  }

  void delete(List<String> ids) throws IOException {
    for (String id : ids) {
      call("DELETE", id, null, 200);
    }
  }

  /** Files that the server knows of in these jobs. */
  long files(List<String> ids) throws IOException {
    long files = 0;
    for (String id : ids) {
      files += call("GET", id, null, 200).path("files_count").asLong();
    }
    return files;
  }

  /** Writes these files in one call; one that is refused is a failure. */
  void batch(String id, List<Map<String, String>> files) throws IOException {
    sendBatch(id, JSON.writeValueAsBytes(files), files.size());
  }

  /** The same with a body that was made before. */
  void sendBatch(String id, byte[] body, int files) throws IOException {
    String answer = connection.send("POST", ROOT + id + "/files/batch", body).expect(200);
    checkBatch(answer, files);
  }

  private static void checkBatch(String answer, int files) throws IOException {
    JsonNode result = JSON.readTree(answer);
    if (result.path("total").asInt() != files || result.path("success").asInt() != files) {
      throw new BenchFailure("not every file of a batch was written: " + answer);
    }
  }

  /** Any other call below the jobs' root. */
  JsonNode call(String method, String path, Object body, int status) throws IOException {
    byte[] bytes = body == null ? new byte[0] : JSON.writeValueAsBytes(body);
    return JSON.readTree(connection.send(method, ROOT + path, bytes).expect(status));
  }

  /** An answer whose body the caller reads. */
  HttpConnection.Answer get(String path) throws IOException {
    return connection.send("GET", path, new byte[0]);
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
