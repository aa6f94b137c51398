package ai.bharatbuild.http;

import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.FieldError;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Reads and checks query parameters; a wrong one is 422. */
public final class Query {
  private Query() {}

  public static boolean flag(RoutingContext context, String name, boolean fallback) {
    String value = context.request().getParam(name);
    return switch (value) {
      case null -> fallback;
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw wrong(name, "must be true or false");
    };
  }

  public static long whole(RoutingContext context, String name, long min, long max, long fallback) {
    String value = context.request().getParam(name);
    if (value == null) {
      return fallback;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw wrong(name, "must be a whole number from %d to %d".formatted(min, max));
    }
    throw wrong(name, "must be a whole number from %d to %d".formatted(min, max));
  }

  /** The page asked for, from 1. */
  public static int page(RoutingContext context) {
    return (int) whole(context, "page", 1, 1_000_000, 1);
  }

  /** How many items a page has. */
  public static int limit(RoutingContext context) {
    return (int) whole(context, "limit", 1, 100, 20);
  }

  /** A parameter that is wrong: 422, whose text begins with the parameter's name. */
  public static ApiException wrong(String name, String msg) {
    return ApiException.validation(
        List.of(new FieldError(List.of("query", name), name + " " + msg, "value_error")));
  }
}
