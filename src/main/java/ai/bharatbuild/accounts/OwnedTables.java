package ai.bharatbuild.accounts;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which tables hold rows of a user, as the database's own foreign keys say; so no list has to be
 * kept when a feature gets a table.
 *
 * @param own the tables whose rows name a user
 * @param all every table from which foreign keys lead to a user, nearest first
 */
record OwnedTables(List<Own> own, List<Owned> all) {
  /** Each foreign key of one column. Names are quoted where they have to be. */
  private static final String KEYS =
      """
      select c.conrelid::regclass::text as child, quote_ident(a.attname) as child_column,
        c.confrelid::regclass::text as parent, quote_ident(p.attname) as parent_column,
        c.confdeltype::text as action
      from pg_constraint c
      join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
      join pg_attribute p on p.attrelid = c.confrelid and p.attnum = c.confkey[1]
      where c.contype = 'f' and array_length(c.conkey, 1) = 1
        and c.connamespace = 'public'::regnamespace
      order by c.conname\
      """;

  private static final String USERS = "users";

  /** What becomes of a row when its user is deleted. */
  enum Fate {
    GOES,
    FORGETS,
    STAYS
  }

  /** A column that names a user. */
  record Own(String table, String column, Fate fate) {}

  /**
   * A table with rows of a user.
   *
   * @param where which those are, where {@code $1} is the user
   */
  record Owned(String table, String where) {}

  private record Key(String child, String column, String parent, String parentColumn, Fate fate) {}

  static Future<OwnedTables> read(SqlClient client) {
    return client
        .query(KEYS)
        .execute()
        .map(rows -> of(rows.stream().map(OwnedTables::key).toList()));
  }

  private static Key key(Row row) {
    return new Key(
        row.getString("child"),
        row.getString("child_column"),
        row.getString("parent"),
        row.getString("parent_column"),
        switch (row.getString("action")) {
          case "c" -> Fate.GOES;
          case "n", "d" -> Fate.FORGETS;
          default -> Fate.STAYS;
        });
  }

  private static OwnedTables of(List<Key> keys) {
    List<Own> own =
        keys.stream()
            .filter(key -> key.parent().equals(USERS))
            .map(key -> new Own(key.child(), key.column(), key.fate()))
            .toList();
    List<Owned> all = new ArrayList<>();
    Set<String> seen = new HashSet<>(Set.of(USERS));
    Deque<Owned> next = new ArrayDeque<>(List.of(new Owned(USERS, "id = $1")));
    while (!next.isEmpty()) {
      Owned parent = next.poll();
      for (Key key : keys) {
        if (key.parent().equals(parent.table()) && seen.add(key.child())) {
          Owned child = new Owned(key.child(), where(key, parent));
          all.add(child);
          next.add(child);
        }
      }
    }
    return new OwnedTables(own, List.copyOf(all));
  }

  private static String where(Key key, Owned parent) {
    return parent.table().equals(USERS)
        ? key.column() + " = $1"
        : "%s in (select %s from %s where %s)"
            .formatted(key.column(), key.parentColumn(), parent.table(), parent.where());
  }
}
