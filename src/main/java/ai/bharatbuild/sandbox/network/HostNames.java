package ai.bharatbuild.sandbox.network;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names that policies speak of and what they resolve to. An address goes on being allowed for
 * ten minutes after DNS told it last, since programs keep addresses. Thread-safe.
 */
final class HostNames {
  private static final Logger LOG = LoggerFactory.getLogger(HostNames.class);
  private static final Duration KEPT = Duration.ofMinutes(10);
  private static final long SHORTEST_TTL = 5;
  private static final long LONGEST_TTL = 300;
  private static final long RETRY = 10;

  private static final class Known {
    Set<String> current = Set.of();
    final Map<String, Instant> lastTold = new HashMap<>();
    Instant due = Instant.EPOCH;
  }

  private final NameLookup lookup;
  private final Map<String, Known> names = new HashMap<>();

  HostNames(NameLookup lookup) {
    this.lookup = lookup;
  }

  /** Makes sure that each name was asked for once; one that cannot be resolved is left empty. */
  Future<Void> resolve(Collection<String> wanted) {
    List<Future<?>> asked = new ArrayList<>();
    for (String name : wanted) {
      if (isDue(name)) {
        asked.add(ask(name));
      }
    }
    return Future.join(asked).mapEmpty();
  }

  /**
   * Asks again for what is due, and forgets what nobody used for long.
   *
   * @return whether anything that is allowed or current changed
   */
  Future<Boolean> refresh(Set<String> inUse) {
    Map<String, Set<String>> before = new HashMap<>();
    Map<String, Set<String>> shown = new HashMap<>();
    synchronized (this) {
      inUse.forEach(name -> before.put(name, allowed(name)));
      inUse.forEach(name -> shown.put(name, current(name)));
      Instant oldest = Instant.now().minus(KEPT);
      names
          .entrySet()
          .removeIf(
              entry -> !inUse.contains(entry.getKey()) && entry.getValue().due.isBefore(oldest));
      for (Known known : names.values()) {
        known
            .lastTold
            .entrySet()
            .removeIf(
                entry ->
                    entry.getValue().isBefore(oldest) && !known.current.contains(entry.getKey()));
      }
    }
    return resolve(inUse)
        .map(
            v ->
                inUse.stream()
                    .anyMatch(
                        name ->
                            !allowed(name).equals(before.get(name))
                                || !current(name).equals(shown.get(name))));
  }

  /** What the name resolves to now. */
  synchronized Set<String> current(String name) {
    Known known = names.get(name);
    return known == null ? Set.of() : known.current;
  }

  /** What the name resolves to, or did lately. */
  synchronized Set<String> allowed(String name) {
    Known known = names.get(name);
    return known == null ? Set.of() : new TreeSet<>(known.lastTold.keySet());
  }

  /** Takes addresses over that an earlier server found, until DNS tells others. */
  synchronized void seed(String name, Set<String> addresses) {
    Known known = names.computeIfAbsent(name, n -> new Known());
    Set<String> all = new TreeSet<>(known.current);
    all.addAll(addresses);
    known.current = all;
    addresses.forEach(address -> known.lastTold.put(address, Instant.now()));
  }

  private synchronized boolean isDue(String name) {
    Known known = names.get(name);
    return known == null || !known.due.isAfter(Instant.now());
  }

  private Future<Void> ask(String name) {
    return lookup
        .find(name)
        .<Void>map(
            found -> {
              told(name, found);
              return null;
            })
        .recover(
            e -> {
              LOG.info("{} is not resolved: {}", name, e.getMessage());
              failed(name);
              return Future.succeededFuture();
            });
  }

  private synchronized void told(String name, NameLookup.Found found) {
    Known known = names.computeIfAbsent(name, n -> new Known());
    known.current = found.addresses();
    found.addresses().forEach(address -> known.lastTold.put(address, Instant.now()));
    known.due =
        Instant.now().plusSeconds(Math.clamp(found.ttlSeconds(), SHORTEST_TTL, LONGEST_TTL));
  }

  private synchronized void failed(String name) {
    names.computeIfAbsent(name, n -> new Known()).due = Instant.now().plusSeconds(RETRY);
  }
}
