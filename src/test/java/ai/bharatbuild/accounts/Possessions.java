package ai.bharatbuild.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.accounts.AccountServer.Person;
import ai.bharatbuild.it.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** One of each thing that somebody can have, made for a person; what needs an engine apart. */
final class Possessions {
  private final AccountServer server;
  private final Person owner;
  final String workspace = "walk-" + UUID.randomUUID().toString().substring(0, 8);
  final String project;
  final String webhook;
  final String invoice;
  private final String order;

  /** By the names that paths have for them. */
  final Map<String, String> byParameter = new LinkedHashMap<>();

  Possessions(AccountServer server, Person owner, Person admin) throws Exception {
    this.server = server;
    this.owner = owner;
    job();
    this.project = id("/api/v1/projects", json("title", "Mine").put("mode", "founder"));
    this.webhook =
        id(
            "/api/v1/webhooks",
            json("url", "https://example.com/hook")
                .put("events", new JsonArray().add("job.complete")));
    this.order =
        make(201, "/api/v1/billing/subscribe", json("plan_id", "plus")).getString("order_id");
    this.invoice = invoice(admin);
    byParameter.put("order_id", order);
    byParameter.put("project_id", project);
    byParameter.put("job_id", workspace);
    byParameter.put("version", "1");
    byParameter.put("type", "srs");
    make(201, "/api/v1/projects/" + project + "/jobs", json("job_id", workspace));
    byParameter.put(
        "document_id",
        id(
            "/api/v1/projects/" + project + "/documents?type=srs&title=t&file_name=f.txt",
            new JsonObject()));
    byParameter.put("key_id", id("/api/v1/api-keys", json("name", "mine")));
    byParameter.put("task_id", task());
    byParameter.put("delivery_id", delivery());
    byParameter.put("run_id", run());
  }

  private static JsonObject json(String name, String value) {
    return new JsonObject().put(name, value);
  }

  private JsonObject make(int status, String path, JsonObject body) throws Exception {
    TestServer.Answer made = server.call(owner.token(), "POST", path, body);
    assertThat(made.status()).as(path + " " + made.text()).isEqualTo(status);
    return made.json();
  }

  private String id(String path, JsonObject body) throws Exception {
    return make(201, path, body).getString("id");
  }

  private void job() throws Exception {
    make(201, "/api/v1/jobs/create", json("project_name", "p").put("job_id", workspace));
    String job = "/api/v1/jobs/" + workspace;
    make(200, job + "/files", json("path", "a.txt").put("content", "mine"));
    make(200, job + "/complete", null);
    assertThat(server.get(owner, job + "/versions").json().getInteger("total")).isEqualTo(1);
  }

  private String invoice(Person admin) throws Exception {
    TestServer.Answer paid =
        server.call(
            admin.token(),
            "POST",
            "/api/v1/billing/orders/" + order + "/paid",
            json("reference", "UTR-1"));
    return paid.json().getString("invoice_id");
  }

  private String task() {
    return inserted(
        """
        insert into agent_tasks (user_id, owner, project_id, agent_type, status, finished_at)
        values ($1::uuid, $2, $3::uuid, 'build', 'failed', now()) returning id\
        """,
        UUID.fromString(owner.id()),
        owner.id(),
        UUID.fromString(project));
  }

  private String delivery() {
    return inserted(
        """
        insert into webhook_deliveries (endpoint_id, event_id, event_type, payload, status,
          next_attempt_at, finished_at)
        values ($1, 'evt_1', 'job.complete', '{}', 'dead', now(), now()) returning id\
        """,
        UUID.fromString(webhook));
  }

  private String inserted(String sql, Object... values) {
    Row row = server.database().query(sql, values).iterator().next();
    return row.getUUID(0).toString();
  }

  /** One that waits until its plan is approved. */
  private String run() throws Exception {
    JsonObject wanted =
        json("prompt", "a page that says hello")
            .put("detach", true)
            .put("options", new JsonObject().put("approve_plan", true));
    return make(202, "/api/v1/orchestrator/generate", wanted).getString("run_id");
  }

  /** Everything as its owner sees it: without this, ids that nobody has would be 404, too. */
  void theOwnerHasAll() throws Exception {
    String job = "/api/v1/jobs/" + workspace;
    String ofProject = "/api/v1/projects/" + project;
    for (String path :
        new String[] {
          job,
          job + "/files/a.txt",
          job + "/versions/1",
          job + "/versions/1/files/a.txt",
          ofProject,
          ofProject + "/jobs",
          ofProject + "/documents/" + byParameter.get("document_id"),
          "/api/v1/documents/download/" + project + "/srs",
          "/api/v1/webhooks/" + webhook,
          "/api/v1/webhooks/" + webhook + "/deliveries/" + byParameter.get("delivery_id"),
          "/api/v1/billing/invoices/" + invoice,
          "/api/v1/tasks/" + byParameter.get("task_id"),
          "/api/v1/orchestrator/runs/" + byParameter.get("run_id")
        }) {
      assertThat(server.get(owner, path).status()).as(path).isEqualTo(200);
    }
    assertThat(server.get(owner, "/api/v1/api-keys").text()).contains(byParameter.get("key_id"));
  }
}
