package ai.bharatbuild.accounts;

import ai.bharatbuild.db.TestDatabase;
import ai.bharatbuild.it.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A whole server with accounts on a database of its own, and people on it. */
public final class AccountServer implements AutoCloseable {
  public static final String PASSWORD = "Monsoon-42";
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final TestDatabase database;
  private final TestServer server;

  /** Somebody who is signed in. */
  public record Person(String email, JsonObject user, String token, String refreshToken) {
    public String id() {
      return user.getString("id");
    }
  }

  private AccountServer(TestDatabase database, TestServer server) {
    this.database = database;
    this.server = server;
  }

  public static AccountServer start(Path base, Map<String, Object> settings) throws Exception {
    TestDatabase database = TestDatabase.create();
    Map<String, Object> all = new HashMap<>(settings);
    // People register and sign in here faster than they may elsewhere.
    all.putIfAbsent("RATE_LIMITS", "off");
    all.put("MODE", "accounts");
    // Tests sign in faster than people do; limits have tests of their own.
    all.putIfAbsent("RATE_LIMITS", "off");
    all.put("DATABASE_URL", database.url());
    return new AccountServer(database, TestServer.start(base, all));
  }

  public TestDatabase database() {
    return database;
  }

  public TestServer server() {
    return server;
  }

  public static String newEmail() {
    return "person" + NUMBERS.incrementAndGet() + "@example.org";
  }

  /** Registers somebody new of that role, an administrator by the database, and signs in. */
  public Person person(String role) throws Exception {
    String email = newEmail();
    JsonObject form = form(email).put("role", role.equals("admin") ? "founder" : role);
    TestServer.Answer made = call(null, "POST", "/api/v1/auth/register", form);
    if (made.status() != 201) {
      throw new AssertionError(made.text());
    }
    if (role.equals("admin")) {
      database.query("update users set role = 'admin' where email = $1", email);
    }
    return signIn(email);
  }

  public Person signIn(String email) throws Exception {
    TestServer.Answer answer = login(email, PASSWORD);
    if (answer.status() != 200) {
      throw new AssertionError(answer.text());
    }
    JsonObject body = answer.json();
    return new Person(
        email,
        body.getJsonObject("user"),
        body.getString("access_token"),
        body.getString("refresh_token"));
  }

  public TestServer.Answer login(String email, String password) throws Exception {
    return call(
        null,
        "POST",
        "/api/v1/auth/login",
        new JsonObject().put("email", email).put("password", password));
  }

  /** What somebody fills in to register; enough for a student, too. */
  public static JsonObject form(String email) {
    return new JsonObject()
        .put("email", email)
        .put("password", PASSWORD)
        .put("name", "Asha Rao")
        .put("roll_number", "CS-17")
        .put("college", "City College")
        .put("department", "Computing")
        .put("course", "B.Tech")
        .put("guide", "Dr. Iyer");
  }

  public TestServer.Answer get(Person who, String path) throws Exception {
    return call(who == null ? null : who.token(), "GET", path, null);
  }

  /** A call with an access token, or without where it is null; checked against the contract. */
  public TestServer.Answer call(String token, String method, String path, JsonObject body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.uri(path))
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.encode()));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return new TestServer.Answer(server.send(request.build(), BodyHandlers.ofByteArray()));
  }

  @Override
  public void close() {
    server.close();
    database.close();
  }
}
