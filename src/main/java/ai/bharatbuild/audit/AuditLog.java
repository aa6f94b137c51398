package ai.bharatbuild.audit;

import ai.bharatbuild.db.BatchWriter;
import ai.bharatbuild.telemetry.Health;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgException;
import io.vertx.pgclient.data.Inet;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The audit log in the database, which lets nobody change it, and in the server's own log. */
public final class AuditLog implements Audit {
  private static final Logger LOG = LoggerFactory.getLogger("audit");
  private static final int MAX_WAITING = 100_000;
  private static final int BATCH = 500;

  /** What an API key or a signed token looks like. */
  private static final Pattern SECRETS =
      Pattern.compile(
          "bb_[A-Za-z0-9_-]{20,}|bbs_[A-Za-z0-9_-]{20,}|eyJ[A-Za-z0-9_-]{10,}[A-Za-z0-9_.-]*");

  private static final String WRITE =
      """
      insert into audit_log (id, at, request_id, actor_id, api_key_id, address, action, target, outcome, detail)
      select id, at, request_id, actor_id, api_key_id, address::inet, action, target, outcome, detail
      from jsonb_to_recordset($1::jsonb) as r(
        id uuid, at timestamptz, request_id text, actor_id uuid, api_key_id uuid, address text, action text,
        target text, outcome text, detail jsonb)
      on conflict (id) do nothing
      """;

  private static final String WHERE =
      """
      from audit_log
      where ($1::uuid is null or actor_id = $1)
        and ($2::text is null or action = $2 or $2 like '%.' and starts_with(action, $2))
        and ($3::text is null or request_id = $3)
        and ($4::text is null or outcome = $4)
        and ($5::timestamptz is null or at >= $5)
        and ($6::timestamptz is null or at < $6)
        and ($7::text is null or target = $7)
      """;

  static final String PAGE = "select * " + WHERE + " order by at desc, id limit $8 offset $9";

  private static final String COUNT = "select count(*) " + WHERE;

  private final SqlClient db;
  private final BatchWriter<Noted> writer;

  /** An event, and when it was noted. */
  private record Noted(UUID id, Instant at, AuditEvent event) {}

  /**
   * What an admin asks for; null where all is asked for.
   *
   * @param action an action, or the beginning of some where it ends with a dot
   * @param target whom or what it was done to, such as the id of an account
   */
  public record Question(
      UUID actor,
      String action,
      String requestId,
      String outcome,
      Instant from,
      Instant to,
      String target) {
    private Tuple tuple() {
      return Tuple.from(
          new Object[] {
            actor,
            action,
            requestId,
            outcome,
            from == null ? null : from.atOffset(ZoneOffset.UTC),
            to == null ? null : to.atOffset(ZoneOffset.UTC),
            target
          });
    }
  }

  /** A line of the log as admins see it. */
  public record Entry(
      UUID id,
      Instant at,
      String requestId,
      UUID actorId,
      UUID apiKeyId,
      String address,
      String action,
      String target,
      String outcome,
      Object detail) {}

  public AuditLog(Vertx vertx, SqlClient db) {
    this.db = db;
    this.writer =
        new BatchWriter<>(
            vertx,
            "lines of the audit log",
            MAX_WAITING,
            BATCH,
            new BatchWriter.Write<>() {
              @Override
              public Future<?> all(List<Noted> lines) {
                JsonArray array = new JsonArray();
                lines.forEach(line -> array.add(json(line)));
                return db.preparedQuery(WRITE).execute(Tuple.of(array));
              }

              @Override
              public boolean hopeless(Throwable failure) {
                return failure instanceof PgException e
                    && e.getSqlState() != null
                    && (e.getSqlState().startsWith("22") || e.getSqlState().startsWith("23"));
              }
            });
  }

  /** For servers without a database: only in the server's own log. */
  public static Audit untold() {
    return AuditLog::tell;
  }

  @Override
  public void record(AuditEvent event) {
    // Also there, so that it is known somewhere when the database is away for good.
    tell(event);
    writer.add(new Noted(UUID.randomUUID(), Instant.now(), event));
  }

  @Override
  public Future<Void> keep(AuditEvent event) {
    return keep(db, event);
  }

  @Override
  public Future<Void> keep(SqlClient connection, AuditEvent event) {
    Noted line = new Noted(UUID.randomUUID(), Instant.now(), event);
    return connection
        .preparedQuery(WRITE)
        .execute(Tuple.of(new JsonArray().add(json(line))))
        .onSuccess(written -> tell(event))
        .mapEmpty();
  }

  private static void tell(AuditEvent event) {
    LOG.atInfo()
        .addKeyValue("request_id", event.requestId())
        .addKeyValue("actor", event.actor())
        .addKeyValue("action", event.action())
        .addKeyValue("target", clean(event.target()))
        .addKeyValue("outcome", event.outcome())
        .log("audit");
  }

  /** One page of the log, newest first. */
  public Future<List<Entry>> page(Question question, int page, int limit) {
    Tuple tuple = question.tuple().addInteger(limit).addLong((page - 1L) * limit);
    return db.preparedQuery(PAGE)
        .execute(tuple)
        .map(rows -> StreamSupport.stream(rows.spliterator(), false).map(AuditLog::entry).toList());
  }

  public Future<Long> count(Question question) {
    return db.preparedQuery(COUNT)
        .execute(question.tuple())
        .map(rows -> rows.iterator().next().getLong(0));
  }

  public Future<Health.Check> check() {
    String counts = "%d lines wait, %d were lost".formatted(writer.waiting(), writer.lost());
    return Future.succeededFuture(
        writer.troubled()
            ? Health.Check.degraded(
                "It cannot be written; the server's log says why: " + counts + ".")
            : writer.lost() > 0 ? Health.Check.degraded(counts) : Health.Check.ok(counts));
  }

  /** Writes what waits, for at most so long. */
  public Future<Integer> close(Duration patience) {
    return writer.close(patience);
  }

  private static JsonObject json(Noted line) {
    AuditEvent event = line.event();
    return new JsonObject()
        .put("id", line.id().toString())
        .put("at", line.at().toString())
        .put("request_id", event.requestId())
        .put("actor_id", event.actor() == null ? null : event.actor().toString())
        .put("api_key_id", event.apiKey() == null ? null : event.apiKey().toString())
        .put("address", event.address())
        .put("action", event.action())
        .put("target", clean(event.target()))
        .put("outcome", event.outcome().name().toLowerCase(Locale.ROOT))
        .put("detail", clean(event.detail()));
  }

  /** A last look: what looks like a secret is not written, whoever passed it on. */
  private static String clean(String text) {
    if (text == null) {
      return null;
    }
    String shown = SECRETS.matcher(text.replace('\u0000', ' ')).replaceAll("[secret]");
    return shown.length() <= 300 ? shown : shown.substring(0, 300);
  }

  private static JsonObject clean(java.util.Map<String, Object> detail) {
    JsonObject shown = new JsonObject();
    detail.forEach((name, value) -> shown.put(name, plain(value)));
    return shown;
  }

  private static Object plain(Object value) {
    return switch (value) {
      case null -> null;
      case Number number -> number;
      case Boolean flag -> flag;
      case Iterable<?> items -> {
        List<Object> list = new ArrayList<>();
        items.forEach(item -> list.add(plain(item)));
        yield new JsonArray(list);
      }
      default -> clean(value.toString());
    };
  }

  private static Entry entry(Row row) {
    Inet address = (Inet) row.getValue("address");
    return new Entry(
        row.getUUID("id"),
        row.getOffsetDateTime("at").toInstant(),
        row.getString("request_id"),
        row.getUUID("actor_id"),
        row.getUUID("api_key_id"),
        address == null ? null : address.getAddress().getHostAddress(),
        row.getString("action"),
        row.getString("target"),
        row.getString("outcome"),
        row.getJsonObject("detail").getMap());
  }
}
