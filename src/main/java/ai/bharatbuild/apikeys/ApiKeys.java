package ai.bharatbuild.apikeys;

import ai.bharatbuild.db.Channels;
import ai.bharatbuild.db.DatabaseFailures;
import ai.bharatbuild.kv.Bucket;
import ai.bharatbuild.kv.KeyValueStore;
import ai.bharatbuild.kv.Rate;
import ai.bharatbuild.net.AddressRange;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.Problem;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * API keys: made, shown once, changed, revoked, and looked up for calls. A key is looked up in the
 * database once and then kept for a minute; a change reaches every server at once through the
 * database's notifications. While those cannot be heard, keys are kept for five seconds only; while
 * the database does not answer at all, those that were good go on for a quarter of an hour. Safe on
 * any thread.
 */
public final class ApiKeys {
  /** Keys of one owner that are not revoked. */
  static final int MOST = 50;

  private static final int CACHED = 100_000;
  private static final long KEPT = Duration.ofMinutes(1).toNanos();
  private static final long KEPT_UNHEARD = Duration.ofSeconds(5).toNanos();

  /** Since the database last said that a key is good, while it says nothing. */
  private static final long KEPT_AWAY = Duration.ofMinutes(15).toNanos();

  /** How soon the database is asked again when it did not answer, and how long it is waited for. */
  private static final long PAUSE = Duration.ofSeconds(5).toNanos();

  private static final long ANSWER_MS = 2_000;
  private static final int MAX_LENGTH = 200;

  /** Keys of one address that are not known yet; nobody has so many, but who guesses. */
  private static final Rate LOOKUPS = Rate.perMinute(120);

  private final ApiKeyStore store;
  private final KeyValueStore limits;
  private final KeyCache cache;
  private final KeyChanges changes;

  /** A new key: what is kept of it, and what is shown this once. */
  public record Created(ApiKey kept, String key, String secret) {
    @Override
    public String toString() {
      return kept.toString();
    }
  }

  public ApiKeys(Pool pool, Channels channels, KeyValueStore limits) {
    this(pool, channels, limits, System::nanoTime);
  }

  /**
   * @param clock nanoseconds
   */
  ApiKeys(Pool pool, Channels channels, KeyValueStore limits, LongSupplier clock) {
    this.store = new ApiKeyStore(pool);
    this.limits = limits;
    this.cache = new KeyCache(CACHED, clock);
    this.changes = new KeyChanges(channels, cache);
  }

  /** Begins to listen for changes. */
  public void start() {
    changes.start();
  }

  public Future<Void> close() {
    return changes.close();
  }

  /** Whether keys that change elsewhere are forgotten at once. */
  public boolean listening() {
    return changes.listening();
  }

  /**
   * The key that a call was made with, whatever its state; see {@link KnownKey#check}. Fails with
   * 401 {@code unauthenticated} for one that is unknown, and with 429 for an address that tries
   * many of those.
   *
   * @param address where the call comes from
   */
  public Future<KnownKey> find(String key, String address) {
    if (!key.startsWith(NewKey.PREFIX) || key.length() > MAX_LENGTH) {
      return Future.failedFuture(invalid());
    }
    byte[] digest = NewKey.hash(key);
    String hash = HexFormat.of().formatHex(digest);
    KnownKey known = cache.get(hash, changes.listening() ? KEPT : KEPT_UNHEARD);
    if (known != null) {
      return Future.succeededFuture(known);
    }
    KnownKey last = cache.get(hash, KEPT_AWAY);
    if (last != null) {
      return again(hash, digest, last).compose(ApiKeys::known);
    }
    Bucket lookups = new Bucket("rl:lookup:" + AddressRange.party(address), LOOKUPS);
    return limits
        .admit(List.of(lookups))
        .compose(
            said ->
                said.allowed()
                    ? look(hash, digest)
                    : Future.failedFuture(tooMany(said.retrySeconds())))
        .compose(ApiKeys::known);
  }

  private static Future<KnownKey> known(KnownKey found) {
    return found == null ? Future.failedFuture(invalid()) : Future.succeededFuture(found);
  }

  /** One call asks, and not for long; others go on meanwhile with what was known. */
  private Future<KnownKey> again(String hash, byte[] digest, KnownKey last) {
    return cache.turn(hash, PAUSE)
        ? look(hash, digest)
            .timeout(ANSWER_MS, TimeUnit.MILLISECONDS)
            .recover(
                e ->
                    DatabaseFailures.away(e)
                        ? Future.succeededFuture(last)
                        : Future.failedFuture(e))
        : Future.succeededFuture(last);
  }

  private Future<KnownKey> look(String hash, byte[] digest) {
    long before = cache.changes();
    return store
        .find(digest)
        .onSuccess(
            found -> {
              if (found == null) {
                cache.drop(hash);
              } else {
                cache.put(hash, found, before);
              }
            });
  }

  static ApiException invalid() {
    return new ApiException(
        401,
        "unauthenticated",
        "The API key is unknown, expired or not active, or its secret is wrong.");
  }

  private static ApiException tooMany(int retryAfter) {
    return new ApiException(
        new Problem(
            429,
            "rate_limited",
            "Too many API keys that are not known from your address.",
            null,
            null,
            null,
            retryAfter));
  }

  /** Fails with 409 {@code too_many_keys}. */
  public Future<Created> create(UUID owner, KeyTerms terms) {
    NewKey key = NewKey.random();
    return store
        .insert(owner, key, terms, MOST)
        .map(
            kept -> {
              if (kept == null) {
                throw ApiException.conflict(
                    "too_many_keys", "You have %d keys; revoke one first.".formatted(MOST));
              }
              return new Created(kept, key.key(), key.secret());
            });
  }

  public Future<List<ApiKey>> list(UUID owner) {
    return store.list(owner);
  }

  /** Fails with 404 for somebody else's. */
  public Future<ApiKey> get(UUID owner, UUID id) {
    return store.get(owner, id).map(ApiKeys::found);
  }

  /** Fails with 404 for somebody else's and with 409 {@code key_revoked}. */
  public Future<ApiKey> update(UUID owner, UUID id, KeyTerms terms) {
    return changed(owner, id, store.update(owner, id, terms));
  }

  /** Ends the key for good. Repeating it answers the same. */
  public Future<ApiKey> revoke(UUID owner, UUID id) {
    return store
        .revoke(owner, id)
        .compose(
            key -> {
              cache.forget(id);
              return key == null ? get(owner, id) : Future.succeededFuture(key);
            });
  }

  private Future<ApiKey> changed(UUID owner, UUID id, Future<ApiKey> change) {
    return change.compose(
        key -> {
          // On this server at once; on others as soon as the notification arrives.
          cache.forget(id);
          return key != null
              ? Future.succeededFuture(key)
              : get(owner, id)
                  .compose(
                      there ->
                          Future.failedFuture(
                              ApiException.conflict(
                                  "key_revoked", "A revoked key cannot be changed.")));
        });
  }

  private static ApiKey found(ApiKey key) {
    if (key == null) {
      throw ApiException.notFound("API key");
    }
    return key;
  }
}
