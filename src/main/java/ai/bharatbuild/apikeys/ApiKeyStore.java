package ai.bharatbuild.apikeys;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** Keys in the database. Somebody else's key is not found. */
final class ApiKeyStore {
  private static final String COLUMNS =
      "id, name, prefix, status, scopes, allowed_ips, allowed_modes, per_minute, per_hour, per_day,"
          + " token_limit, tokens_used, needs_secret, expires_at, last_used_at, created_at,"
          + " revoked_at";

  /** So that keys made at the same time are counted one after another. */
  private static final String LOCK = "select id from users where id = $1 for no key update";

  private static final String INSERT =
      """
      insert into api_keys (user_id, name, prefix, key_hash, secret_hash, needs_secret, status, scopes, allowed_ips,
        allowed_modes, per_minute, per_hour, per_day, token_limit, expires_at)
      select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15
      where (select count(*) from api_keys where user_id = $1 and status <> 'revoked') < $16
      returning
      """
          + COLUMNS;

  private static final String UPDATE =
      """
      update api_keys set
        name = coalesce($3, name),
        needs_secret = coalesce($4, needs_secret),
        status = coalesce($5, status),
        scopes = coalesce($6, scopes),
        allowed_ips = coalesce($7, allowed_ips),
        allowed_modes = coalesce($8, allowed_modes),
        per_minute = coalesce($9, per_minute),
        per_hour = coalesce($10, per_hour),
        per_day = coalesce($11, per_day),
        token_limit = case when $14 then $12 else token_limit end,
        expires_at = case when $15 then $13 else expires_at end,
        updated_at = now()
      where id = $1 and user_id = $2 and status <> 'revoked'
      returning
      """
          + COLUMNS;

  private static final String REVOKE =
      """
      update api_keys set status = 'revoked', revoked_at = now(), updated_at = now()
      where id = $1 and user_id = $2 and status <> 'revoked'
      returning
      """
          + COLUMNS;

  static final String FIND =
      "select "
          + COLUMNS.replaceAll("(\\w+)", "k.$1")
          + ", k.secret_hash, k.user_id, u.role, u.is_active from api_keys k join users u on u.id ="
          + " k.user_id where k.key_hash = $1";

  private final Pool db;

  ApiKeyStore(Pool db) {
    this.db = db;
  }

  /** Null where the owner has as many keys as it may have. */
  Future<ApiKey> insert(UUID owner, NewKey key, KeyTerms terms, int most) {
    Tuple tuple =
        Tuple.tuple()
            .addUUID(owner)
            .addString(terms.name())
            .addString(key.shown())
            .addBuffer(Buffer.buffer(NewKey.hash(key.key())))
            .addBuffer(Buffer.buffer(NewKey.hash(key.secret())))
            .addBoolean(terms.requireSecret());
    terms(tuple, terms).addInteger(most);
    return db.withTransaction(
        connection ->
            connection
                .preparedQuery(LOCK)
                .execute(Tuple.of(owner))
                .compose(locked -> one(connection, INSERT, tuple)));
  }

  /** Null where the owner has no such key that is not revoked. */
  Future<ApiKey> update(UUID owner, UUID id, KeyTerms terms) {
    Tuple tuple =
        Tuple.tuple()
            .addUUID(id)
            .addUUID(owner)
            .addString(terms.name())
            .addBoolean(terms.requireSecret());
    return one(
        UPDATE,
        terms(tuple, terms).addBoolean(terms.setTokenLimit()).addBoolean(terms.setExpiresAt()));
  }

  /** Null where the owner has no such key that is not revoked. */
  Future<ApiKey> revoke(UUID owner, UUID id) {
    return one(REVOKE, Tuple.of(id, owner));
  }

  Future<ApiKey> get(UUID owner, UUID id) {
    return one(
        "select " + COLUMNS + " from api_keys where id = $1 and user_id = $2", Tuple.of(id, owner));
  }

  Future<List<ApiKey>> list(UUID owner) {
    return db.preparedQuery(
            "select "
                + COLUMNS
                + " from api_keys where user_id = $1 order by created_at desc, id limit 1000")
        .execute(Tuple.of(owner))
        .map(rows -> StreamSupport.stream(rows.spliterator(), false).map(ApiKey::of).toList());
  }

  /** A key with its owner, by the hash of the key; null where there is none. */
  Future<KnownKey> find(byte[] hash) {
    return db.preparedQuery(FIND)
        .execute(Tuple.of(Buffer.buffer(hash)))
        .map(rows -> rows.size() == 0 ? null : known(rows.iterator().next()));
  }

  private static KnownKey known(Row row) {
    return KnownKey.of(
        ApiKey.of(row),
        row.getUUID("user_id"),
        row.getString("role"),
        row.getBoolean("is_active"),
        row.getBuffer("secret_hash").getBytes());
  }

  private Future<ApiKey> one(String sql, Tuple tuple) {
    return one(db, sql, tuple);
  }

  private static Future<ApiKey> one(SqlClient client, String sql, Tuple tuple) {
    return client
        .preparedQuery(sql)
        .execute(tuple)
        .map(rows -> rows.size() == 0 ? null : ApiKey.of(rows.iterator().next()));
  }

  private static Tuple terms(Tuple tuple, KeyTerms terms) {
    Instant expires = terms.expiresAt();
    OffsetDateTime until = expires == null ? null : expires.atOffset(ZoneOffset.UTC);
    String status = terms.active() == null ? null : terms.active() ? "active" : "inactive";
    return tuple
        .addString(status)
        .addArrayOfString(array(terms.scopes()))
        .addArrayOfString(array(terms.allowedIps()))
        .addArrayOfString(array(terms.allowedModes()))
        .addInteger(terms.perMinute())
        .addInteger(terms.perHour())
        .addInteger(terms.perDay())
        .addLong(terms.tokenLimit())
        .addOffsetDateTime(until);
  }

  private static String[] array(List<String> texts) {
    return texts == null ? null : texts.toArray(String[]::new);
  }
}
