package ai.bharatbuild.notifications;

import ai.bharatbuild.http.Caller;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;

/** Finds out who opens a socket, since browsers cannot send a header with one. */
public interface SocketCallers {
  /**
   * Somebody who is known.
   *
   * @param again the caller as it is by now; fails with a status below 500 when it is nobody any
   *     more. Asked every few seconds, so it must be cheap.
   */
  record Known(Caller caller, Supplier<Future<Caller>> again) {}

  /**
   * Who the request says it is that opens the socket: by a header, a ticket as subprotocol, or in
   * {@code local} mode by itself. Null where it says nothing; fails with 401 where it is wrong.
   */
  Future<Known> opening(RoutingContext context);

  /**
   * Who the first message says it is; fails with 401 where it is wrong or says nothing.
   *
   * @param token an access token, or null
   * @param ticket a ticket, or null; used up by this
   */
  Future<Known> hello(String token, String ticket);
}
