package ai.bharatbuild.projects;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.db.TestDatabase;
import io.vertx.sqlclient.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Lists of projects are read from the indexes that were made for them, among 10,000 projects. */
class ProjectPlanTest {
  private static final String USER = "'00000000-0000-4000-8000-000000000001'";
  private static TestDatabase database;

  @BeforeAll
  static void fill() {
    database = TestDatabase.create();
    database.query(
        "insert into users (id, email, name, role)"
            + " select gen_random_uuid(), 'u' || n || '@example.org', 'U', 'developer'"
            + " from generate_series(1, 100) n");
    database.query(
        "insert into projects (user_id, title, mode, created_at)"
            + " select u.id, 'Project ' || n, 'developer', now() - n * interval '1 minute'"
            + " from users u, generate_series(1, 100) n");
    database.query("vacuum analyze projects");
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
  void aPageIsReadInOrderWithoutSorting() {
    String page =
        ProjectFilter.ALL.page().replace("$1", USER).replace("$2", "20").replace("$3", "0");
    assertThat(plan(page))
        .contains("projects_of_user")
        .doesNotContain("Seq Scan")
        .doesNotContain("Sort");
  }

  @Test
  void aPageOfOneStateToo() {
    String page =
        new ProjectFilter(ProjectStatus.DRAFT, null, null)
            .page()
            .replace("$1", USER)
            .replace("$2", "'draft'")
            .replace("$3", "20")
            .replace("$4", "0");
    assertThat(plan(page)).contains("projects_of_user").doesNotContain("Seq Scan");
  }

  @Test
  void theirNumberIsToldFromAnIndexAlone() {
    assertThat(plan(ProjectFilter.ALL.count().replace("$1", USER)))
        .contains("projects_of_user")
        .doesNotContain("Seq Scan");
  }
}
