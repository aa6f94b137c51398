package ai.bharatbuild.usage;

import ai.bharatbuild.db.BatchWriter;
import ai.bharatbuild.telemetry.Health;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;

/**
 * Writes usage, and with it the sums by day and what keys used, each call once: as rows of {@link
 * UsageRows}.
 */
public final class UsageLog implements UsageRecorder {
  /** Some 100 bytes each in memory; a busy quarter of an hour. */
  static final int MAX_WAITING = 200_000;

  private static final int BATCH = 5_000;

  private static final String WRITE =
      """
      with given as (
        select * from jsonb_to_recordset($1::jsonb) as r(
          id uuid, at timestamptz, kind text, user_id uuid, api_key_id uuid, project_id uuid, request_id text,
          agent text, model text, method text, endpoint text, address text, status int, ms int,
          input_tokens bigint, output_tokens bigint, cache_write_tokens bigint, cache_read_tokens bigint,
          cost_micros bigint, calls int, each_request_id text, each_before_us text, each_ms text)
      ), fresh as (
        insert into usage_logs (id, at, kind, user_id, api_key_id, project_id, request_id, agent, model, method,
          endpoint, address, status, ms, input_tokens, output_tokens, cache_write_tokens, cache_read_tokens, cost_micros,
          calls, each_request_id, each_before_us, each_ms)
        select g.id, g.at, g.kind, u.id, k.id, g.project_id, g.request_id, g.agent, g.model, g.method,
          g.endpoint, g.address::inet, g.status, g.ms, g.input_tokens, g.output_tokens, g.cache_write_tokens,
          g.cache_read_tokens, g.cost_micros, g.calls, string_to_array(g.each_request_id, ','),
          string_to_array(g.each_before_us, ',')::int[], string_to_array(g.each_ms, ',')::int[]
        from given g join users u on u.id = g.user_id left join api_keys k on k.id = g.api_key_id
        on conflict (id) do nothing
        returning *
      ), days as (
        insert into usage_daily as d
        select (at at time zone 'UTC')::date as day, user_id, kind, api_key_id, project_id, agent, model,
          sum(calls), coalesce(sum(calls) filter (where status >= 400), 0), sum(input_tokens), sum(output_tokens),
          sum(cache_write_tokens), sum(cache_read_tokens), sum(cost_micros),
          sum(coalesce(ms, (select sum(each) from unnest(each_ms) each), 0))
        from fresh
        group by 1, 2, 3, 4, 5, 6, 7
        -- In one order everywhere, so that two servers do not wait for each other.
        order by 2, 1, 3, 4, 5, 6, 7
        on conflict (user_id, day, kind, api_key_id, project_id, agent, model) do update set
          calls = d.calls + excluded.calls,
          errors = d.errors + excluded.errors,
          input_tokens = d.input_tokens + excluded.input_tokens,
          output_tokens = d.output_tokens + excluded.output_tokens,
          cache_write_tokens = d.cache_write_tokens + excluded.cache_write_tokens,
          cache_read_tokens = d.cache_read_tokens + excluded.cache_read_tokens,
          cost_micros = d.cost_micros + excluded.cost_micros,
          ms = d.ms + excluded.ms
      ), used as (
        update api_keys k set
          last_used_at = greatest(k.last_used_at, f.at),
          tokens_used = k.tokens_used + f.tokens
        from (
          select api_key_id, max(at) as at,
            sum(input_tokens + output_tokens + cache_write_tokens + cache_read_tokens)::bigint as tokens
          from fresh where api_key_id is not null group by api_key_id) f
        where k.id = f.api_key_id
      )
      select count(*) from fresh
      """;

  private final BatchWriter<UsageRecord> writer;

  public UsageLog(Vertx vertx, SqlClient db) {
    this(vertx, db, MAX_WAITING);
  }

  UsageLog(Vertx vertx, SqlClient db, int maxWaiting) {
    this.writer =
        new BatchWriter<>(
            vertx,
            "rows of usage",
            maxWaiting,
            BATCH,
            new BatchWriter.Write<>() {
              @Override
              public Future<?> all(List<UsageRecord> rows) {
                return write(db, rows);
              }

              @Override
              public boolean hopeless(Throwable failure) {
                return wrongData(failure);
              }
            });
  }

  /** Writes all or nothing; a list that was written before is counted once. */
  static Future<?> write(SqlClient db, List<UsageRecord> usage) {
    return db.preparedQuery(WRITE).execute(Tuple.of(UsageRows.of(usage)));
  }

  @Override
  public void record(UsageRecord usage) {
    writer.add(usage);
  }

  /** Rows that wait to be written. */
  public int waiting() {
    return writer.waiting();
  }

  /** Rows that were lost for want of memory or because they could not be written. */
  public long lost() {
    return writer.lost();
  }

  public Future<Health.Check> check() {
    String counts = "%d rows wait, %d were lost".formatted(writer.waiting(), writer.lost());
    return Future.succeededFuture(
        writer.troubled()
            ? Health.Check.degraded(
                "Usage cannot be written; the server's log says why: " + counts + ".")
            : writer.lost() > 0 ? Health.Check.degraded(counts) : Health.Check.ok(counts));
  }

  /** Writes what waits, for at most so long. */
  public Future<Integer> close(Duration patience) {
    return writer.close(patience);
  }

  /** Errors of SQL's classes for data and for constraints, but the one that a retry mends. */
  static boolean wrongData(Throwable failure) {
    return failure instanceof PgException e
        && e.getSqlState() != null
        && (e.getSqlState().startsWith("22") || e.getSqlState().startsWith("23"))
        // A foreign key: the account went while the batch was written.
        && !e.getSqlState().equals("23503");
  }
}
