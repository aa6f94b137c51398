package ai.bharatbuild.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.db.TestDatabase;
import io.vertx.sqlclient.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The queue's hot statements use the indexes that were made for them, among many rows. */
class QueuePlanTest {
  private static final String USER = "'00000000-0000-4000-8000-000000000001'";
  private static TestDatabase database;

  @BeforeAll
  static void fill() {
    database = TestDatabase.create();
    database.query(
        "insert into users (id, email, name, role)"
            + " select gen_random_uuid(), 'u' || n || '@example.org', 'U', 'developer'"
            + " from generate_series(1, 50) n");
    // Mostly done long ago, as in a table that has been used.
    database.query(
        "insert into agent_tasks (user_id, owner, agent_type, status, finished_at)"
            + " select u.id, u.id::text, 'build', 'completed', now()"
            + " from users u, generate_series(1, 400)");
    database.query(
        "insert into agent_tasks (user_id, owner, agent_type)"
            + " select id, id::text, 'build' from users");
    database.query("analyze");
  }

  @AfterAll
  static void close() {
    database.close();
  }

  private static String plan(String sql) {
    StringBuilder plan = new StringBuilder();
    for (Row row : database.query("explain " + sql)) {
      plan.append(row.getString(0)).append('\n');
    }
    return plan.toString();
  }

  @Test
  void claimingLooksAtWaitingTasksOnly() {
    String claim =
        TaskSql.CLAIM
            .replace("$1", "'build'")
            .replace("$2", "10")
            .replace("$3", "1000")
            .replace("$4", "'n'");
    assertThat(plan(claim)).contains("agent_tasks_due").doesNotContain("Seq Scan");
  }

  @Test
  void reapingLooksAtLeasesOnly() {
    String reap = TaskSql.REAP.replace("$1", "1").replace("$2", "1").replace("$3", "'x'");
    assertThat(plan(reap)).contains("agent_tasks_leased").doesNotContain("Seq Scan");
  }

  @Test
  void aUsersTasksAreFoundInOrder() {
    String list =
        TaskSql.LIST
            .replace("$1", USER)
            .replace("$2", "null")
            .replace("$3", "null")
            .replace("$4", "20")
            .replace("$5", "0");
    assertThat(plan(list))
        .contains("agent_tasks_of_user")
        .doesNotContain("Seq Scan")
        .doesNotContain("Sort");
  }
}
