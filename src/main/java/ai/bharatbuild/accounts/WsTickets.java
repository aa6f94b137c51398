package ai.bharatbuild.accounts;

import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Callers;
import ai.bharatbuild.http.WebSockets;
import ai.bharatbuild.kv.KeyValueStore;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;

/**
 * Lets browsers open WebSockets, which they cannot give an Authorization header. A page gets a
 * ticket first and names it as a subprotocol, {@code bb-ticket.<ticket>}, beside {@value
 * WebSockets#SUBPROTOCOL}, which the server chooses: so the ticket is in no URL and no answer, and
 * the caller is known before there is a WebSocket. A ticket is good for one WebSocket within a
 * minute, and only as long as the sign-in that it was made in. Safe on any thread.
 */
public final class WsTickets implements Callers {
  static final Duration LIFE = Duration.ofSeconds(60);
  private static final String PREFIX = "bb-ticket.";
  private static final int MAX_TICKET = 64;

  private final KeyValueStore store;
  private final Sessions sessions;

  public WsTickets(KeyValueStore store, Sessions sessions) {
    this.store = store;
    this.sessions = sessions;
  }

  /** Makes a ticket for a caller who is signed in. */
  Future<String> issue(Caller caller) {
    if (caller.equals(Caller.LOCAL)) {
      // In local mode none is asked for; pages need not know the difference.
      return Future.succeededFuture(Secrets.fresh());
    }
    if (caller.session() == null) {
      return Future.failedFuture(
          new ApiException(
              403, "forbidden", "A program with an API key sends it with the WebSocket itself."));
    }
    String ticket = Secrets.fresh();
    return store.put(key(ticket), caller.session().toString(), LIFE).map(ticket);
  }

  @Override
  public Future<Caller> of(RoutingContext context) {
    String ticket = WebSockets.wanted(context.request()) ? ticket(context.request()) : null;
    return ticket == null ? Future.succeededFuture(null) : redeem(ticket);
  }

  /** Whose a ticket is, which is used up by this; fails with 401 where it is nobody's. */
  public Future<Caller> redeem(String ticket) {
    if (ticket.length() > MAX_TICKET) {
      return refused();
    }
    String key = key(ticket);
    return store
        .get(key)
        .compose(
            session ->
                session == null
                    ? refused()
                    : store
                        .delete(key)
                        .compose(first -> first ? caller(UUID.fromString(session)) : refused()));
  }

  private Future<Caller> caller(UUID session) {
    return sessions
        .find(session)
        .compose(
            state ->
                state == null
                    ? refused()
                    : Future.succeededFuture(Caller.signedIn(state.user(), state.role(), session)));
  }

  private static String ticket(HttpServerRequest request) {
    for (String header : request.headers().getAll("Sec-WebSocket-Protocol")) {
      for (String protocol : header.split(",")) {
        String name = protocol.strip();
        if (name.startsWith(PREFIX)) {
          return name.substring(PREFIX.length());
        }
      }
    }
    return null;
  }

  private static String key(String ticket) {
    return "ws-ticket:"
        + Base64.getUrlEncoder().withoutPadding().encodeToString(Secrets.digest(ticket).getBytes());
  }

  private static <T> Future<T> refused() {
    return Future.failedFuture(
        new ApiException(
            401, "unauthenticated", "This ticket was used or is too old; get a new one."));
  }
}
