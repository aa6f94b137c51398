package ai.bharatbuild.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** A server with accounts and somebody who is signed in to it. */
final class SignedIn {
  static final String EMAIL = "bench@example.org";
  static final String PASSWORD = "Monsoon-42";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ServerProcess server;
  private final String token;

  private SignedIn(ServerProcess server, String token) {
    this.server = server;
    this.token = token;
  }

  /** With an embedded database of its own, below that directory. */
  static SignedIn start(Workbench bench, Path jobs) throws IOException, InterruptedException {
    ServerProcess server =
        bench.server(
            jobs, Map.of("MODE", "accounts", "ACCESS_TOKEN_MINUTES", "600", "RATE_LIMITS", "off"));
    try (HttpConnection connection = HttpConnection.tcp(server.port())) {
      byte[] form =
          JSON.writeValueAsBytes(Map.of("email", EMAIL, "password", PASSWORD, "name", "Bench"));
      connection.send("POST", "/api/v1/auth/register", form).expect(201);
      String answer = login(connection);
      return new SignedIn(server, JSON.readTree(answer).path("access_token").asText());
    }
  }

  static String login(HttpConnection connection) throws IOException {
    return connection.send("POST", "/api/v1/auth/login", loginBody()).expect(200);
  }

  static byte[] loginBody() {
    return "{\"email\":\"%s\",\"password\":\"%s\"}"
        .formatted(EMAIL, PASSWORD)
        .getBytes(StandardCharsets.US_ASCII);
  }

  ServerProcess server() {
    return server;
  }

  int port() {
    return server.port();
  }

  String token() {
    return token;
  }
}
