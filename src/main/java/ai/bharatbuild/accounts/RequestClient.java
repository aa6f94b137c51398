package ai.bharatbuild.accounts;

import ai.bharatbuild.http.ClientAddress;
import io.vertx.ext.web.RoutingContext;

/** Where a request comes from, as sign-ins note it. */
public final class RequestClient {
  private RequestClient() {}

  public static Accounts.Client of(RoutingContext context) {
    return new Accounts.Client(
        ClientAddress.of(context), context.request().getHeader("User-Agent"));
  }
}
