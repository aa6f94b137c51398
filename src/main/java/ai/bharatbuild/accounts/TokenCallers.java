package ai.bharatbuild.accounts;

import ai.bharatbuild.db.DatabaseFailures;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Callers;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Knows callers by {@code Authorization: Bearer} with an access token. A token is verified once and
 * remembered; the database is asked again after half a minute whether its sign-in still stands, so
 * that what another server ended is refused by then, and what this one ended at once. While the
 * database is away, tokens that were good stay good until they expire. Thread-safe.
 */
public final class TokenCallers implements Callers {
  private static final String SCHEME = "Bearer ";
  private static final int LONGEST_TOKEN = 4096;
  private static final int REMEMBERED = 20_000;
  private static final long FRESH_MS = 30_000;

  /** How often it is asked for who has something open. */
  private static final long STANDING_MS = 10_000;

  /** How soon the database is asked again when it did not answer. */
  private static final long RETRY_MS = 5_000;

  /** How long a call whose token was good waits for the database. */
  private static final long ANSWER_MS = 2_000;

  private final AccessTokens tokens;
  private final Function<UUID, Future<Sessions.State>> sessions;
  private final Clock clock;
  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private final Map<UUID, Known> standing = new ConcurrentHashMap<>();
  private final Map<UUID, Long> ended = new ConcurrentHashMap<>();

  private record Known(Caller caller, long expires, long checked) {}

  TokenCallers(AccessTokens tokens, Function<UUID, Future<Sessions.State>> sessions, Clock clock) {
    this.tokens = tokens;
    this.sessions = sessions;
    this.clock = clock;
  }

  @Override
  public Future<Caller> of(RoutingContext context) {
    String header = context.request().getHeader("Authorization");
    if (header == null) {
      return Future.succeededFuture(null);
    }
    if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        || header.length() > LONGEST_TOKEN) {
      return Future.failedFuture(refusal());
    }
    return of(header.substring(SCHEME.length()).strip());
  }

  /** The caller that an access token stands for; fails with 401 when it is not valid. */
  public Future<Caller> of(String token) {
    Known found = known.get(token);
    long now = clock.millis();
    if (found != null && found.expires > now) {
      return now - found.checked < FRESH_MS
          ? Future.succeededFuture(found.caller)
          : again(token, found, now);
    }
    return tokens
        .verify(token)
        .recover(e -> Future.failedFuture(refusal()))
        .compose(claims -> check(token, claims.session(), claims.expires().toEpochMilli()));
  }

  /**
   * Who is signed in by a sign-in, whether or not a token of it is still good; fails with 401 when
   * it has ended. Ends elsewhere are known after some seconds.
   */
  public Future<Caller> stands(UUID session) {
    Known found = standing.get(session);
    if (ended.containsKey(session)) {
      return Future.failedFuture(refusal());
    }
    if (found != null && clock.millis() - found.checked < STANDING_MS) {
      return Future.succeededFuture(found.caller);
    }
    return sessions
        .apply(session)
        .map(
            state -> {
              if (state == null || ended.containsKey(session)) {
                standing.remove(session);
                throw refusal();
              }
              Caller caller = Caller.signedIn(state.user(), state.role(), session);
              if (standing.size() >= REMEMBERED) {
                standing.clear();
              }
              standing.put(session, new Known(caller, 0, clock.millis()));
              return caller;
            });
  }

  /** Refuses every token of a sign-in from now on. */
  void end(UUID session) {
    long now = clock.millis();
    ended.values().removeIf(at -> now - at > tokens.life().toMillis());
    ended.put(session, now);
    known.values().removeIf(each -> session.equals(each.caller.session()));
    standing.remove(session);
  }

  /** Asks anew what a user may do, since it was changed. */
  void forget(UUID user) {
    known.values().removeIf(each -> user.equals(each.caller.account()));
    standing.values().removeIf(each -> user.equals(each.caller.account()));
  }

  private Future<Caller> check(String token, UUID session, long expires) {
    return sessions
        .apply(session)
        .map(
            state -> {
              if (state == null || ended.containsKey(session)) {
                known.remove(token);
                throw refusal();
              }
              Caller caller = Caller.signedIn(state.user(), state.role(), session);
              remember(token, new Known(caller, expires, clock.millis()));
              return caller;
            });
  }

  /** One call asks, and not for long; others go on meanwhile with what was known. */
  private Future<Caller> again(String token, Known good, long now) {
    Known meanwhile = new Known(good.caller, good.expires, now - FRESH_MS + RETRY_MS);
    return known.replace(token, good, meanwhile)
        ? check(token, good.caller.session(), good.expires)
            .timeout(ANSWER_MS, TimeUnit.MILLISECONDS)
            .recover(e -> whileAway(token, good, e))
        : of(token);
  }

  private Future<Caller> whileAway(String token, Known good, Throwable e) {
    if (!DatabaseFailures.away(e) || ended.containsKey(good.caller.session())) {
      return Future.failedFuture(e);
    }
    remember(token, new Known(good.caller, good.expires, clock.millis() - FRESH_MS + RETRY_MS));
    return Future.succeededFuture(good.caller);
  }

  private void remember(String token, Known entry) {
    if (known.size() >= REMEMBERED) {
      long now = clock.millis();
      known.values().removeIf(each -> each.expires <= now);
      if (known.size() >= REMEMBERED) {
        known.clear();
      }
    }
    known.put(token, entry);
    // An end that came while the database was asked must not be forgotten.
    if (ended.containsKey(entry.caller.session())) {
      known.remove(token);
    }
  }

  private static ApiException refusal() {
    return new ApiException(
        401,
        "unauthenticated",
        "The access token is not valid or has expired; refresh it or sign in.");
  }
}
