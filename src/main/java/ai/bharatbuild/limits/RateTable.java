package ai.bharatbuild.limits;

import ai.bharatbuild.kv.Rate;
import io.vertx.core.http.HttpMethod;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rates in force, and the one table that says which calls they are for. Immutable. */
public final class RateTable {
  private static final Set<HttpMethod> ANY_CHANGE =
      Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE);
  private static final Set<HttpMethod> POST = Set.of(HttpMethod.POST);
  private static final Set<HttpMethod> READS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  /**
   * Paths below {@code /api/v1}: {@code *} is one segment, {@code **} at the end any number of
   * them. The first that fits is taken.
   */
  private static final List<Rule> RULES =
      List.of(
          rule(POST, "jobs/create", RateClass.JOBS_CREATE),
          rule(ANY_CHANGE, "jobs/*/files/**", RateClass.FILES),
          rule(ANY_CHANGE, "jobs/*/raw/**", RateClass.FILES),
          rule(ANY_CHANGE, "jobs/*/archive/**", RateClass.FILES),
          rule(ANY_CHANGE, "jobs/*/plan", RateClass.FILES),
          rule(ANY_CHANGE, "containers/*/files/**", RateClass.FILES),
          rule(POST, "containers/*/exec/**", RateClass.EXEC),
          rule(POST, "containers/*/execs/*/**", RateClass.READ),
          rule(POST, "executions/**", RateClass.EXEC),
          rule(POST, "projects/*/execute", RateClass.EXECUTE),
          rule(POST, "orchestrator/execute", RateClass.EXECUTE),
          rule(POST, "orchestrator/generate", RateClass.EXECUTE),
          rule(POST, "orchestrator/fix", RateClass.EXECUTE),
          rule(POST, "documents/generate/stream", RateClass.EXECUTE),
          rule(POST, "orchestrator/runs/*/resume", RateClass.EXECUTE),
          rule(POST, "orchestrator/runs/*/approve", RateClass.EXECUTE),
          rule(POST, "tasks/*/retry", RateClass.EXECUTE),
          rule(POST, "auth/login", RateClass.LOGIN),
          rule(POST, "auth/register", RateClass.REGISTER),
          rule(READS, "**", RateClass.READ));

  private final Map<RateClass, Rate> rates = new EnumMap<>(RateClass.class);

  private record Rule(Set<HttpMethod> methods, String[] path, RateClass rateClass) {
    boolean fits(HttpMethod method, String[] segments) {
      if (!methods.contains(method)) {
        return false;
      }
      for (int i = 0; i < path.length; i++) {
        if (path[i].equals("**")) {
          return true;
        }
        if (i >= segments.length || !path[i].equals("*") && !path[i].equals(segments[i])) {
          return false;
        }
      }
      return segments.length == path.length;
    }
  }

  private static Rule rule(Set<HttpMethod> methods, String path, RateClass rateClass) {
    return new Rule(methods, path.split("/"), rateClass);
  }

  /**
   * @param changed rates other than the documented ones, by {@link RateClass#text}
   */
  public RateTable(Map<String, Rate> changed) {
    for (RateClass each : RateClass.values()) {
      rates.put(each, changed.getOrDefault(each.text(), each.fallback()));
    }
    for (String name : changed.keySet()) {
      if (RateClass.of(name).isEmpty()) {
        throw new IllegalArgumentException(
            "there is no rate '" + name + "'; there are: " + names());
      }
    }
  }

  private static String names() {
    return Stream.of(RateClass.values()).map(RateClass::text).collect(Collectors.joining(", "));
  }

  public Rate rate(RateClass of) {
    return rates.get(of);
  }

  /** The class of a call, or null where it falls under the caller's tier. */
  static RateClass classify(HttpMethod method, String normalizedPath) {
    String[] segments = normalizedPath.split("/");
    // "", "api", "v1", and then what the table speaks of.
    String[] below =
        segments.length <= 3
            ? new String[0]
            : java.util.Arrays.copyOfRange(segments, 3, segments.length);
    for (Rule rule : RULES) {
      if (rule.fits(method, below)) {
        return rule.rateClass();
      }
    }
    return null;
  }
}
