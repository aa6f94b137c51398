package ai.bharatbuild.usage;

import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Permission;
import ai.bharatbuild.http.Query;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** {@code /api/v1/usage}: what the caller used; what anybody used, for admins. */
public final class UsageRoutes implements Routes {
  private static final int DEFAULT_DAYS = 30;
  private static final int MOST_DAYS = 366;
  private static final Set<String> KINDS = Set.of("call", "model");

  private final UsageQueries usage;

  /** The days that are asked for, both included. */
  private record Days(LocalDate from, LocalDate to) {}

  public UsageRoutes(UsageQueries usage) {
    this.usage = usage;
  }

  @Override
  public void mount(Router router) {
    router.get("/api/v1/usage").handler(this::sums);
    router.get("/api/v1/usage/calls").handler(this::lines);
  }

  private void sums(RoutingContext context) {
    UUID user = user(context);
    Days days = days(context);
    UsageQueries.Group by = group(context);
    Future<Map<String, Object>> answer =
        usage
            .sums(user, days.from(), days.to(), by)
            .map(
                sums -> {
                  Map<String, Object> body = new LinkedHashMap<>();
                  body.put("from", days.from());
                  body.put("to", days.to());
                  body.put("group_by", by.text());
                  body.put("usage", sums.groups());
                  body.put("total", sums.total());
                  return body;
                });
    Replies.json(context, 200, answer);
  }

  private void lines(RoutingContext context) {
    int page = Query.page(context);
    int limit = Query.limit(context);
    Days days = days(context);
    UsageQueries.Question question =
        new UsageQueries.Question(
            user(context), days.from(), days.to(), id(context, "api_key_id"), kind(context));
    Future<Map<String, Object>> answer =
        usage
            .count(question)
            .compose(
                total ->
                    usage
                        .lines(question, page, limit)
                        .map(
                            lines -> {
                              Map<String, Object> body = new LinkedHashMap<>();
                              body.put("calls", lines);
                              body.put("total", total);
                              body.put("page", page);
                              body.put("pages", (total + limit - 1) / limit);
                              return body;
                            }));
    Replies.json(context, 200, answer);
  }

  private static UUID user(RoutingContext context) {
    Caller caller = Caller.of(context);
    UUID asked = id(context, "user_id");
    if (asked != null && !asked.equals(caller.account()) && !caller.may(Permission.USERS_MANAGE)) {
      throw new ApiException(
          403, "forbidden", "Only admins see what others used; leave user_id out.");
    }
    return asked == null ? caller.account() : asked;
  }

  private static UUID id(RoutingContext context, String name) {
    String text = context.queryParams().get(name);
    try {
      return text == null ? null : UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw Query.wrong(name, "must be an id");
    }
  }

  private static String kind(RoutingContext context) {
    String kind = context.queryParams().get("kind");
    if (kind != null && !KINDS.contains(kind)) {
      throw Query.wrong("kind", "must be call or model");
    }
    return kind;
  }

  private static UsageQueries.Group group(RoutingContext context) {
    String text = context.queryParams().get("group_by");
    if (text == null) {
      return UsageQueries.Group.DAY;
    }
    return Arrays.stream(UsageQueries.Group.values())
        .filter(group -> group.text().equals(text))
        .findFirst()
        .orElseThrow(() -> Query.wrong("group_by", "must be day, key, project, agent or model"));
  }

  private static Days days(RoutingContext context) {
    LocalDate to = day(context, "to", LocalDate.now(ZoneOffset.UTC));
    LocalDate from = day(context, "from", to.minusDays(DEFAULT_DAYS - 1));
    if (from.isAfter(to) || from.plusDays(MOST_DAYS).isBefore(to)) {
      throw Query.wrong("from", "must be at most %d days before to".formatted(MOST_DAYS));
    }
    return new Days(from, to);
  }

  private static LocalDate day(RoutingContext context, String name, LocalDate fallback) {
    String text = context.queryParams().get(name);
    try {
      return text == null ? fallback : LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      throw Query.wrong(name, "must be a day such as 2030-01-31");
    }
  }
}
