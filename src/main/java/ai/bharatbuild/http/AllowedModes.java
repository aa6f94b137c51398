package ai.bharatbuild.http;

import ai.bharatbuild.problem.ApiException;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Modes of projects that a call may make and execute, where its API key names some. */
public final class AllowedModes {
  private static final String KEY = AllowedModes.class.getName();

  private AllowedModes() {}

  /**
   * @param modes none for all
   */
  public static void set(RoutingContext context, List<String> modes) {
    if (!modes.isEmpty()) {
      context.put(KEY, modes);
    }
  }

  /** Throws 403 {@code forbidden} where the call's key is not for projects of that mode. */
  public static void check(RoutingContext context, String mode) {
    List<String> modes = context.get(KEY);
    if (modes != null && !modes.contains(mode)) {
      throw new ApiException(
          403,
          "forbidden",
          "This API key is for projects of mode " + String.join(", ", modes) + ".");
    }
  }
}
