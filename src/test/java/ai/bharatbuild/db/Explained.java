package ai.bharatbuild.db;

import io.vertx.sqlclient.Tuple;
import java.util.StringJoiner;

/** How PostgreSQL would run a statement where reading whole tables is made unattractive. */
public final class Explained {
  private Explained() {}

  /** The plan as text: an index that is named in it can be used for the statement. */
  public static String plan(TestDatabase database, String sql, Object... values) {
    return TestDatabase.await(
        database
            .pool()
            .withConnection(
                connection ->
                    connection
                        .query("SET enable_seqscan = off")
                        .execute()
                        .compose(
                            v ->
                                connection
                                    .preparedQuery("EXPLAIN " + sql)
                                    .execute(Tuple.wrap(values)))
                        .map(
                            rows -> {
                              StringJoiner plan = new StringJoiner("\n");
                              rows.forEach(row -> plan.add(row.getString(0)));
                              return plan.toString();
                            })));
  }
}
