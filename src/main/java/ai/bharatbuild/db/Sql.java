package ai.bharatbuild.db;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Times and rows between the database and Java. Safe on any thread. */
public final class Sql {
  private Sql() {}

  public static OffsetDateTime time(Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  public static Instant instant(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }

  /** The first row as something, or null where there is none. */
  public static <T> T first(RowSet<Row> rows, Function<Row, T> mapper) {
    for (Row row : rows) {
      return mapper.apply(row);
    }
    return null;
  }

  public static <T> List<T> all(RowSet<Row> rows, Function<Row, T> mapper) {
    List<T> all = new ArrayList<>(rows.size());
    for (Row row : rows) {
      all.add(mapper.apply(row));
    }
    return all;
  }
}
