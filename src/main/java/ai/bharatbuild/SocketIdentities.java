package ai.bharatbuild;

import ai.bharatbuild.accounts.TokenCallers;
import ai.bharatbuild.accounts.WsTickets;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Callers;
import ai.bharatbuild.http.OpenStreams;
import ai.bharatbuild.notifications.SocketCallers;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;

/** Who follows notifications on a server with accounts; a part of {@link Server}. */
final class SocketIdentities implements SocketCallers {
  /** For a server with one user. */
  static final SocketCallers LOCAL =
      new SocketCallers() {
        private static final Known USER =
            new Known(Caller.LOCAL, () -> Future.succeededFuture(Caller.LOCAL));

        @Override
        public Future<Known> opening(RoutingContext context) {
          return Future.succeededFuture(USER);
        }

        @Override
        public Future<Known> hello(String token, String ticket) {
          return Future.succeededFuture(USER);
        }
      };

  private final Callers callers;
  private final OpenStreams.Standing standing;
  private final TokenCallers tokens;
  private final WsTickets tickets;

  /**
   * @param callers by whatever a request can carry
   * @param standing what becomes of those
   */
  SocketIdentities(
      Callers callers, OpenStreams.Standing standing, TokenCallers tokens, WsTickets tickets) {
    this.callers = callers;
    this.standing = standing;
    this.tokens = tokens;
    this.tickets = tickets;
  }

  @Override
  public Future<Known> opening(RoutingContext context) {
    return callers
        .of(context)
        .map(
            caller ->
                caller == null ? null : new Known(caller, () -> standing.now(context, caller)));
  }

  @Override
  public Future<Known> hello(String token, String ticket) {
    if (token != null) {
      // Ends with the token, so that a client that only keeps this open has to refresh it.
      return tokens.of(token).map(caller -> new Known(caller, () -> tokens.of(token)));
    }
    return ticket == null
        ? Future.failedFuture(
            new ApiException(
                401,
                "unauthenticated",
                "Send an access token as token, or a ticket as ticket, in the first message."))
        : tickets
            .redeem(ticket)
            .map(caller -> new Known(caller, () -> tokens.stands(caller.session())));
  }
}
