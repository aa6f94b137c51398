package ai.bharatbuild.http;

import ai.bharatbuild.problem.ApiException;
import io.vertx.ext.web.RoutingContext;
import java.util.UUID;
import java.util.regex.Pattern;

/** Ids of what is kept in the database. */
public final class Ids {
  private static final Pattern FORM =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private Ids() {}

  /** The id in a path; one of another form names nothing: 404. */
  public static UUID inPath(RoutingContext context, String parameter, String what) {
    String text = context.pathParam(parameter);
    if (text == null || !FORM.matcher(text).matches()) {
      throw ApiException.notFound(what);
    }
    return UUID.fromString(text);
  }

  /** The id in a query parameter, or null where there is none; one of another form is 422. */
  public static UUID inQuery(RoutingContext context, String parameter) {
    String text = context.request().getParam(parameter);
    if (text == null) {
      return null;
    }
    if (!FORM.matcher(text).matches()) {
      throw Query.wrong(parameter, "must be a UUID");
    }
    return UUID.fromString(text);
  }
}
