package ai.bharatbuild.preview;

import ai.bharatbuild.http.Routes;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.FieldError;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * Sends {@code /api/v1/preview/{id}/<path>} to the preview's own origin, since user code never runs
 * on the API's. Works on the request line itself, not on the decoded path, so that the rest of it
 * arrives unchanged.
 */
public final class PreviewRoutes implements Routes {
  private static final String PREFIX = "/api/v1/preview/";
  private static final String PORT = "port";
  private final PreviewUrls urls;

  public PreviewRoutes(PreviewUrls urls) {
    this.urls = urls;
  }

  @Override
  public void mount(Router router) {
    router.route(PREFIX + "*").handler(this::redirect);
  }

  private void redirect(RoutingContext context) {
    String uri = context.request().uri();
    if (!uri.startsWith(PREFIX) || !RequestTarget.isOriginForm(context.request().method(), uri)) {
      throw ApiException.notFound("Preview");
    }
    String rest = RequestTarget.encoded(uri.substring(PREFIX.length()));
    int mark = rest.indexOf('?');
    String path = mark < 0 ? rest : rest.substring(0, mark);
    String query = mark < 0 ? "" : rest.substring(mark + 1);
    int slash = path.indexOf('/');
    String id = slash < 0 ? path : path.substring(0, slash);
    if (!PreviewHost.isId(id)) {
      throw ApiException.notFound("Preview");
    }
    Integer port = port(RequestTarget.parameter(query, PORT));
    String others = port == null ? query : RequestTarget.without(query, PORT);
    boolean bare = others.isEmpty() && (mark < 0 || port != null);
    context
        .response()
        .setStatusCode(307)
        .putHeader("Cache-Control", "no-store")
        .putHeader(
            "Location",
            urls.origin(id, port)
                + (slash < 0 ? "/" : path.substring(slash))
                + (bare ? "" : "?" + others))
        .end();
  }

  private static Integer port(String value) {
    if (value == null) {
      return null;
    }
    Integer port = PreviewHost.port(value);
    if (port == null) {
      throw ApiException.validation(
          List.of(
              new FieldError(
                  List.of("query", PORT),
                  "port must be a whole number from 1 to 65535",
                  "value_error")));
    }
    return port;
  }
}
