package ai.bharatbuild.billing;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The plans in the database. */
final class Plans {
  private Plans() {}

  /** All plans by id, those that are sold no more included, from the smallest to the largest. */
  static Future<Map<String, Plan>> all(SqlClient sql) {
    return load(sql, "SELECT * FROM plans ORDER BY position, id");
  }

  /** Those that can be had. */
  static Future<List<Plan>> offered(SqlClient sql) {
    return load(sql, "SELECT * FROM plans WHERE active ORDER BY position, id")
        .map(plans -> List.copyOf(plans.values()));
  }

  private static Future<Map<String, Plan>> load(SqlClient sql, String query) {
    return sql.preparedQuery(query)
        .execute()
        .map(
            rows -> {
              Map<String, Plan> plans = new LinkedHashMap<>();
              rows.forEach(row -> plans.put(row.getString("id"), Plan.of(row)));
              return plans;
            });
  }
}
