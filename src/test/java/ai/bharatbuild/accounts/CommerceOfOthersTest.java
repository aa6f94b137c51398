package ai.bharatbuild.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.accounts.AccountServer.Person;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody else's orders, invoices and webhooks are not found, whoever asks. */
class CommerceOfOthersTest {
  private static final String BILLING = "/api/v1/billing/";
  private static final String WEBHOOKS = "/api/v1/webhooks";
  private static final JsonObject HOOK =
      new JsonObject()
          .put("url", "https://example.com/hook")
          .put("events", new JsonArray().add("job.complete"));

  @TempDir static Path base;
  private static AccountServer server;
  private static Person owner;
  private static Person stranger;
  private static Person admin;

  @BeforeAll
  static void start() throws Exception {
    server = AccountServer.start(base, Map.of());
    owner = server.person("founder");
    stranger = server.person("developer");
    admin = server.person("admin");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static int status(Person person, String method, String path, JsonObject body)
      throws Exception {
    return server.call(person.token(), method, path, body).status();
  }

  @Test
  void anOrderIsPaidForItsOwnerAndItsInvoiceIsTheirsAlone() throws Exception {
    JsonObject plan = new JsonObject().put("plan_id", "plus");
    String order =
        server
            .call(owner.token(), "POST", BILLING + "subscribe", plan)
            .json()
            .getString("order_id");
    JsonObject proof = new JsonObject().put("razorpay_order_id", order);
    JsonObject reference = new JsonObject().put("reference", "UTR-1");
    String paid = BILLING + "orders/" + order + "/paid";
    assertThat(status(stranger, "POST", BILLING + "verify", proof)).isEqualTo(404);
    assertThat(status(owner, "POST", paid, reference)).isEqualTo(403);
    String invoice =
        server.call(admin.token(), "POST", paid, reference).json().getString("invoice_id");

    assertThat(status(owner, "POST", BILLING + "verify", proof)).isEqualTo(200);
    assertThat(server.get(owner, BILLING + "limits").json().getString("plan_id")).isEqualTo("plus");
    assertThat(server.get(stranger, BILLING + "limits").json().getString("plan_id"))
        .isEqualTo("free");
    assertThat(server.get(owner, BILLING + "invoices/" + invoice).status()).isEqualTo(200);
    assertThat(server.get(stranger, BILLING + "invoices/" + invoice).status()).isEqualTo(404);
    assertThat(server.get(admin, BILLING + "invoices/" + invoice).status()).isEqualTo(404);
    assertThat(server.get(stranger, BILLING + "transactions").json().getInteger("total")).isZero();
  }

  @Test
  void aWebhookIsItsOwnersAlone() throws Exception {
    String path =
        WEBHOOKS + "/" + server.call(owner.token(), "POST", WEBHOOKS, HOOK).json().getString("id");
    for (Person other : new Person[] {stranger, admin}) {
      assertThat(status(other, "GET", path, null)).isEqualTo(404);
      assertThat(status(other, "PUT", path, HOOK)).isEqualTo(404);
      assertThat(status(other, "POST", path + "/secret", null)).isEqualTo(404);
      assertThat(status(other, "GET", path + "/deliveries", null)).isEqualTo(404);
      assertThat(status(other, "DELETE", path, null)).isEqualTo(404);
    }
    assertThat(status(owner, "GET", path, null)).isEqualTo(200);
    assertThat(server.get(stranger, WEBHOOKS).json().getInteger("total")).isZero();
  }

  @Test
  void tokensOfThisMonthCountAgainstThePlan() throws Exception {
    server
        .database()
        .query(
            """
            INSERT INTO usage_daily (day, user_id, kind, calls, errors, input_tokens, output_tokens,
                                     cache_write_tokens, cache_read_tokens, cost_micros, ms)
            SELECT current_date - days, id, 'model', 1, 0, 700, 300, 0, 0, 0, 1
            FROM users, (VALUES (0), (62)) AS d (days) WHERE email = $1\
            """,
            stranger.email());
    JsonArray usage = server.get(stranger, BILLING + "usage").json().getJsonArray("usage");

    assertThat(usage)
        .contains(
            new JsonObject()
                .put("name", "tokens_per_month")
                .put("used", 1_000)
                .put("limit", 10_000)
                .put("remaining", 9_000));
  }

  @Test
  void jobsAndTheirBytesCountAgainstThePlan() throws Exception {
    AccountServer.Person person = server.person("developer");
    JsonObject job =
        server
            .call(
                person.token(),
                "POST",
                "/api/v1/jobs/create",
                new JsonObject().put("project_name", "stored"))
            .json();
    server.call(
        person.token(),
        "POST",
        "/api/v1/jobs/" + job.getString("job_id") + "/files",
        new JsonObject().put("path", "a.txt").put("content", "x".repeat(1 << 20)));
    JsonArray usage = server.get(person, BILLING + "usage").json().getJsonArray("usage");

    assertThat(used(usage, "concurrent_jobs")).isEqualTo(1);
    assertThat(used(usage, "storage_bytes")).isEqualTo(1 << 20);
    assertThat(used(usage, "concurrent_sandboxes")).isZero();
  }

  private static long used(JsonArray usage, String name) {
    return usage.stream()
        .map(JsonObject.class::cast)
        .filter(it -> it.getString("name").equals(name))
        .findFirst()
        .orElseThrow()
        .getLong("used");
  }

  @Test
  void plansAreShownToEverybody() throws Exception {
    assertThat(server.call(null, "GET", BILLING + "plans", null).status()).isEqualTo(200);
    assertThat(server.call(null, "GET", BILLING + "status", null).status()).isEqualTo(401);
  }
}
