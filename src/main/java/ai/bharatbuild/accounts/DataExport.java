package ai.bharatbuild.accounts;

import ai.bharatbuild.accounts.OwnedTables.Owned;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.json.Json;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Cursor;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Writes everything that the server has about a user as one JSON object, as fast as the client
 * takes it: the rows of all tables as they were at one moment, without what is a secret even in its
 * owner's hands, and the list of workspaces, whose files are had by their own downloads.
 */
final class DataExport {
  private static final int ROWS = 100;

  /** What somebody can sign in with, or test guesses against. */
  private static final Pattern SECRET =
      Pattern.compile(".*(_hash|_digest|secret|password|signature).*|token");

  /** Nothing in them but secrets. */
  private static final Set<String> SECRET_TABLES = Set.of("refresh_tokens", "one_time_tokens");

  private final Pool pool;
  private final Belongings belongings;

  DataExport(Pool pool, Belongings belongings) {
    this.pool = pool;
    this.belongings = belongings;
  }

  /**
   * Fails as long as nothing was written; breaks the answer off when something goes wrong later.
   */
  Future<Void> write(Caller caller, HttpServerResponse response) {
    return belongings
        .list(caller.userId())
        .compose(
            workspaces ->
                pool.withTransaction(
                    connection ->
                        connection
                            .query("set transaction isolation level repeatable read, read only")
                            .execute()
                            .compose(v -> OwnedTables.read(connection))
                            .compose(tables -> rows(connection, tables, caller, response))
                            .compose(
                                v ->
                                    response.end(
                                        Buffer.buffer("},\"workspaces\":")
                                            .appendBuffer(Json.encode(workspaces))
                                            .appendString("}\n")))));
  }

  private Future<Void> rows(
      SqlConnection connection, OwnedTables tables, Caller caller, HttpServerResponse response) {
    String begin =
        "{\"exported_at\":\"%s\",\"tables\":{"
            .formatted(Instant.now().truncatedTo(ChronoUnit.SECONDS));
    Iterator<Owned> rest =
        tables.all().stream().filter(it -> !SECRET_TABLES.contains(it.table())).iterator();
    return connection
        .preparedQuery("select to_jsonb(t) from users t where id = $1")
        .execute(Tuple.of(caller.account()))
        .compose(
            user -> {
              response
                  .setChunked(true)
                  .putHeader("Content-Type", "application/json")
                  .putHeader("Cache-Control", "no-store")
                  .putHeader(
                      "Content-Disposition", "attachment; filename=\"bharatbuild-export.json\"");
              Buffer first = Buffer.buffer(begin).appendString("\"users\":[");
              user.forEach(row -> first.appendString(shown(row)));
              return send(response, first.appendString("]"));
            })
        .compose(v -> next(connection, rest, caller, response));
  }

  private Future<Void> next(
      SqlConnection connection, Iterator<Owned> rest, Caller caller, HttpServerResponse response) {
    if (!rest.hasNext()) {
      return Future.succeededFuture();
    }
    Owned owned = rest.next();
    String name = Json.encode(owned.table()).toString();
    return send(response, Buffer.buffer("," + name + ":["))
        .compose(
            v ->
                connection.prepare(
                    "select to_jsonb(t) from %s t where %s"
                        .formatted(owned.table(), owned.where())))
        .compose(
            statement -> {
              Cursor cursor = statement.cursor(Tuple.of(caller.account()));
              return pages(cursor, true, response)
                  .eventually(cursor::close)
                  .eventually(statement::close);
            })
        .compose(v -> send(response, Buffer.buffer("]")))
        .compose(v -> next(connection, rest, caller, response));
  }

  private Future<Void> pages(Cursor cursor, boolean first, HttpServerResponse response) {
    return cursor
        .read(ROWS)
        .compose(
            rows -> {
              Buffer page = Buffer.buffer();
              boolean begun = !first;
              for (Row row : rows) {
                page.appendString(begun ? "," : "").appendString(shown(row));
                begun = true;
              }
              boolean more = cursor.hasMore();
              boolean none = !begun;
              return send(response, page)
                  .compose(v -> more ? pages(cursor, none, response) : Future.succeededFuture());
            });
  }

  private static String shown(Row row) {
    JsonObject all = row.getJsonObject(0);
    for (String name : Set.copyOf(all.fieldNames())) {
      if (SECRET.matcher(name).matches()) {
        all.remove(name);
      }
    }
    return all.encode();
  }

  /** Completes when the client can take more; fails when it has left. */
  private static Future<Void> send(HttpServerResponse response, Buffer bytes) {
    if (response.closed()) {
      return Future.failedFuture("the client has left");
    }
    if (bytes.length() > 0) {
      response.write(bytes);
    }
    if (!response.writeQueueFull()) {
      return Future.succeededFuture();
    }
    Promise<Void> drained = Promise.promise();
    response.drainHandler(v -> drained.tryComplete());
    response.closeHandler(v -> drained.tryFail("the client has left"));
    return drained.future();
  }
}
