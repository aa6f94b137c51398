package ai.bharatbuild.usage;

import io.vertx.core.Future;
import io.vertx.pgclient.data.Inet;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Reads usage: sums from the rows by day, and the rows themselves. */
public final class UsageQueries {
  private static final long MICROS_PER_PAISA = 10_000;

  static final String SUMS =
      """
        coalesce(sum(calls) filter (where kind = 'call'), 0)::bigint as calls,
        coalesce(sum(calls) filter (where kind = 'model'), 0)::bigint as model_calls,
        coalesce(sum(errors), 0)::bigint as errors,
        coalesce(sum(input_tokens), 0)::bigint as input_tokens,
        coalesce(sum(output_tokens), 0)::bigint as output_tokens,
        coalesce(sum(cache_write_tokens), 0)::bigint as cache_write_tokens,
        coalesce(sum(cache_read_tokens), 0)::bigint as cache_read_tokens,
        coalesce(sum(cost_micros), 0)::bigint as cost_micros
      from usage_daily where user_id = $1 and day between $2 and $3
      """;

  static final String ROWS =
      """
      from usage_logs where user_id = $1 and at >= $2 and at < $3
        and ($4::uuid is null or api_key_id = $4) and ($5::text is null or kind = $5)
      """;

  /**
   * Rows stand in the order of their newest calls, so a page's calls are in as many rows at most,
   * from the first on.
   */
  static final String LINES =
      """
      select case when l.calls = 1 then l.id else md5(l.id::text || e.place)::uuid end as id,
        l.at - e.before_us * interval '1 microsecond' as at, e.request_id, e.ms,
        l.kind, l.api_key_id, l.project_id, l.agent, l.model, l.method, l.endpoint, l.address, l.status,
        l.input_tokens, l.output_tokens, l.cache_write_tokens, l.cache_read_tokens, l.cost_micros
      from (select * %s order by at desc, id limit $6::bigint + $7::bigint) l
      cross join lateral unnest(
          coalesce(l.each_request_id, array[l.request_id]),
          coalesce(l.each_before_us, array[0]),
          coalesce(l.each_ms, array[l.ms]))
        with ordinality as e (request_id, before_us, ms, place)
      order by at desc, id limit $6::bigint offset $7::bigint
      """
          .formatted(ROWS);

  private final SqlClient db;

  /** What sums are told by. */
  public enum Group {
    DAY("day"),
    KEY("api_key_id"),
    PROJECT("project_id"),
    AGENT("agent"),
    MODEL("model");

    private final String column;

    Group(String column) {
      this.column = column;
    }

    public String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * What was used.
   *
   * @param group the day, key, project, agent or model; null for none
   * @param calls of the API
   * @param costPaise rounded to the nearest; {@code costMicros} is exact
   */
  public record Sum(
      String group,
      long calls,
      long modelCalls,
      long errors,
      long inputTokens,
      long outputTokens,
      long cacheWriteTokens,
      long cacheReadTokens,
      long totalTokens,
      long costPaise,
      long costMicros) {}

  /** The sums of groups, and the total, which has no group. */
  public record Sums(Sum total, List<Sum> groups) {}

  /** One call of the API or of a model. */
  public record Line(
      UUID id,
      Instant at,
      String kind,
      UUID apiKeyId,
      UUID projectId,
      String requestId,
      String agent,
      String model,
      String method,
      String endpoint,
      String ip,
      Integer status,
      Integer ms,
      long inputTokens,
      long outputTokens,
      long cacheWriteTokens,
      long cacheReadTokens,
      long costMicros) {}

  /** Lines that are asked for; null for all keys, and for all kinds. */
  public record Question(UUID user, LocalDate from, LocalDate to, UUID apiKey, String kind) {
    private Tuple tuple() {
      return Tuple.of(
          user,
          from.atStartOfDay().atOffset(ZoneOffset.UTC),
          to.plusDays(1).atStartOfDay().atOffset(ZoneOffset.UTC),
          apiKey,
          kind);
    }
  }

  public UsageQueries(SqlClient db) {
    this.db = db;
  }

  /**
   * Sums from one day to another, both included, in the order of their groups, and what all have
   * together at the same moment. At most 1,000 groups are told.
   */
  public Future<Sums> sums(UUID user, LocalDate from, LocalDate to, Group by) {
    String sql =
        """
        select %1$s::text as grp, %2$s group by grouping sets ((%1$s), ())
        order by grouping(%1$s) desc, %1$s nulls last limit 1001
        """
            .formatted(by.column, SUMS);
    return db.preparedQuery(sql)
        .execute(Tuple.of(user, from, to))
        .map(rows -> StreamSupport.stream(rows.spliterator(), false).map(UsageQueries::sum))
        .map(Stream::toList)
        .map(sums -> new Sums(sums.getFirst(), sums.subList(1, sums.size())));
  }

  public Future<Sum> total(UUID user, LocalDate from, LocalDate to) {
    return db.preparedQuery("select null::text as grp, " + SUMS)
        .execute(Tuple.of(user, from, to))
        .map(rows -> sum(rows.iterator().next()));
  }

  /** Newest first. */
  public Future<List<Line>> lines(Question question, int page, int limit) {
    return db.preparedQuery(LINES)
        .execute(question.tuple().addLong((long) limit).addLong((page - 1L) * limit))
        .map(
            rows ->
                StreamSupport.stream(rows.spliterator(), false).map(UsageQueries::line).toList());
  }

  public Future<Long> count(Question question) {
    return db.preparedQuery("select coalesce(sum(calls), 0)::bigint " + ROWS)
        .execute(question.tuple())
        .map(rows -> rows.iterator().next().getLong(0));
  }

  private static Sum sum(Row row) {
    long input = row.getLong("input_tokens");
    long output = row.getLong("output_tokens");
    long written = row.getLong("cache_write_tokens");
    long read = row.getLong("cache_read_tokens");
    long micros = row.getLong("cost_micros");
    return new Sum(
        row.getString("grp"),
        row.getLong("calls"),
        row.getLong("model_calls"),
        row.getLong("errors"),
        input,
        output,
        written,
        read,
        input + output + written + read,
        Math.floorDiv(micros + MICROS_PER_PAISA / 2, MICROS_PER_PAISA),
        micros);
  }

  private static Line line(Row row) {
    Inet address = (Inet) row.getValue("address");
    return new Line(
        row.getUUID("id"),
        row.getOffsetDateTime("at").toInstant(),
        row.getString("kind"),
        row.getUUID("api_key_id"),
        row.getUUID("project_id"),
        row.getString("request_id"),
        row.getString("agent"),
        row.getString("model"),
        row.getString("method"),
        row.getString("endpoint"),
        address == null ? null : address.getAddress().getHostAddress(),
        row.getInteger("status"),
        row.getInteger("ms"),
        row.getLong("input_tokens"),
        row.getLong("output_tokens"),
        row.getLong("cache_write_tokens"),
        row.getLong("cache_read_tokens"),
        row.getLong("cost_micros"));
  }
}
