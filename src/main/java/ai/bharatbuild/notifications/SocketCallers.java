package ai.bharatbuild.notifications;

import ai.bharatbuild.http.Caller;
import io.vertx.core.Future;

/** Finds out who opens a socket, since browsers cannot send a header with one. */
public interface SocketCallers {
  /**
   * The caller whom a first message names; fails with 401 where it names none.
   *
   * @param known who called by a header, or who everybody is in {@code local} mode; null for nobody
   * @param token an access token, or null
   */
  Future<Caller> of(Caller known, String token);
}
