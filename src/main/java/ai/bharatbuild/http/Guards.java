package ai.bharatbuild.http;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * What looks at every call of the API before its route does. Shared by all event loops.
 *
 * @param before stands before the finding out of the caller, in order
 * @param after stands behind it
 */
public record Guards(List<Handler<RoutingContext>> before, List<Handler<RoutingContext>> after) {
  public static final Guards NONE = new Guards(List.of(), List.of());
}
