package ai.bharatbuild.sandbox.network;

import ai.bharatbuild.sandbox.Firewall;
import ai.bharatbuild.sandbox.NetworkPolicy;
import ai.bharatbuild.sandbox.NetworkPolicy.Mode;
import ai.bharatbuild.sandbox.RuntimeUnavailableException;
import ai.bharatbuild.sandbox.Sandbox;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps policies with nftables. What touches the kernel or the disk runs on one thread, one thing
 * after another; {@link GuestTable} is confined to it.
 */
public final class NftFirewall implements Firewall {
  private static final Logger LOG = LoggerFactory.getLogger(NftFirewall.class);
  private static final long REFRESH_MS = Duration.ofSeconds(5).toMillis();
  private static final long CHECK_MS = Duration.ofSeconds(30).toMillis();

  private final Vertx vertx;
  private final WorkerExecutor worker;
  private final NameLookup lookup;
  private final HostNames names;
  private final GuestTable table;
  private final GuestFiles files;
  private final List<String> alsoNames;
  private final List<Long> timers = new ArrayList<>();
  private volatile Set<String> inUse = Set.of();
  private volatile String trouble;

  private NftFirewall(Vertx vertx, NetworkSettings settings) {
    this.vertx = vertx;
    this.worker = vertx.createSharedWorkerExecutor("firewall-" + settings.table(), 1);
    this.lookup = new NameLookup(settings.dns());
    this.names = new HostNames(lookup);
    this.files = new GuestFiles(settings.state());
    this.table = new GuestTable(settings, names::allowed);
    this.alsoNames =
        settings.also().stream().map(ExtraDestination::host).filter(host -> host != null).toList();
  }

  /** Whether it can work on this machine shows in {@link #trouble()} after a moment. */
  public static NftFirewall start(Vertx vertx, NetworkSettings settings) {
    NftFirewall firewall = new NftFirewall(vertx, settings);
    firewall.work(firewall::open);
    firewall.timers.add(vertx.setPeriodic(REFRESH_MS, id -> firewall.refresh()));
    firewall.timers.add(vertx.setPeriodic(CHECK_MS, id -> firewall.work(firewall::check)));
    return firewall;
  }

  private Void open() throws InterruptedException {
    try {
      table.open();
    } catch (IOException e) {
      LOG.warn("network policies cannot be kept: {}", e.getMessage());
      trouble = e.getMessage();
    }
    return null;
  }

  @Override
  public String trouble() {
    return trouble == null
        ? null
        : "Network policies cannot be kept ("
            + trouble
            + "): sandboxes reach private addresses, and the policy allow is refused. Run the"
            + " server as root beside the engine, with nftables installed (scripts/engine.sh).";
  }

  @Override
  public Future<Path> prepare(String incarnation, NetworkPolicy policy) {
    if (policy.mode() != Mode.ALLOW) {
      return Future.succeededFuture();
    }
    if (trouble != null) {
      return Future.failedFuture(refused());
    }
    return names
        .resolve(policy.hosts())
        .compose(v -> work(() -> files.writeNames(incarnation, null, current(policy))));
  }

  @Override
  public Future<Void> admit(Sandbox sandbox, NetworkPolicy policy) {
    return work(
        () -> {
          if (sandbox.address() != null && ready(policy)) {
            Guest guest =
                new Guest(
                    sandbox.handle(),
                    sandbox.incarnation(),
                    policy,
                    table.newMark(),
                    sandbox.address());
            files.save(guest);
            bind(guest);
            writeNames(guest);
          }
          return null;
        });
  }

  @Override
  public Future<Void> readmit(Sandbox sandbox) {
    return work(
        () -> {
          Guest known = table.find(sandbox.handle());
          if (known == null && sandbox.address() != null && trouble == null) {
            throw new RuntimeUnavailableException(
                "The sandbox's network policy is not known any more; delete and create it.", null);
          }
          if (known != null && sandbox.address() != null && ready(known.policy())) {
            Guest guest = known.remarked(table.newMark()).at(sandbox.address());
            files.save(guest);
            bind(guest);
            writeNames(guest);
          }
          return null;
        });
  }

  @Override
  public Future<Void> suspend(String handle) {
    return work(
        () -> {
          table.suspend(handle);
          return null;
        });
  }

  @Override
  public Future<Void> release(String handle) {
    return work(
        () -> {
          Guest known = table.find(handle);
          if (known != null) {
            table.remove(handle);
            inUse = hosts();
            files.forget(known.incarnation());
          }
          return null;
        });
  }

  @Override
  public Future<Void> forget(String incarnation) {
    return work(
        () -> {
          files.forget(incarnation);
          return null;
        });
  }

  @Override
  public Future<Void> restore(List<Sandbox> all) {
    return work(() -> known(all))
        .compose(guests -> names.resolve(wanted(hostsOf(guests))).map(guests))
        .compose(
            guests ->
                work(
                    () -> {
                      table.replace(guests);
                      inUse = hosts();
                      writeNames();
                      return null;
                    }));
  }

  @Override
  public Future<Void> close() {
    timers.forEach(vertx::cancelTimer);
    return work(() -> {
          table.close();
          return null;
        })
        .eventually(worker::close)
        .onComplete(closed -> lookup.close())
        .mapEmpty();
  }

  /** Whether the policy can be kept; where nothing can be, all but {@code ALLOW} pass without. */
  private boolean ready(NetworkPolicy policy) {
    if (trouble == null) {
      try {
        table.findBridge();
        return true;
      } catch (IOException e) {
        LOG.warn("network policies cannot be kept: {}", e.getMessage());
        trouble = e.getMessage();
      }
    }
    if (policy.mode() == Mode.ALLOW) {
      throw refused();
    }
    return false;
  }

  private void bind(Guest guest) throws IOException, InterruptedException {
    try {
      table.bind(guest);
    } catch (IOException e) {
      LOG.error("the policy of {} is not in force: {}", guest.handle(), e.getMessage());
      throw new RuntimeUnavailableException(
          "The sandbox's network policy could not be put in force; why is in the server's log.", e);
    }
    inUse = hosts();
  }

  /** What is on disk of those sandboxes; what is there of others is deleted. */
  private List<Guest> known(List<Sandbox> all) throws IOException {
    Map<String, Sandbox> byHandle = new TreeMap<>();
    all.forEach(sandbox -> byHandle.put(sandbox.handle(), sandbox));
    List<Guest> guests = new ArrayList<>();
    Set<String> gone = files.incarnations();
    for (Guest guest : files.all()) {
      Sandbox sandbox = byHandle.get(guest.handle());
      if (sandbox != null) {
        guests.add(guest.at(sandbox.address()));
        gone.remove(guest.incarnation());
        files.readNames(guest.incarnation()).forEach(names::seed);
      }
    }
    for (String incarnation : gone) {
      files.forget(incarnation);
    }
    return guests;
  }

  private void refresh() {
    Set<String> wanted = wanted(inUse);
    if (wanted.isEmpty() || trouble != null) {
      return;
    }
    names
        .refresh(wanted)
        .compose(changed -> changed ? work(this::renewed) : Future.succeededFuture())
        .onFailure(e -> LOG.warn("addresses of names are not up to date", e));
  }

  private Set<String> wanted(Set<String> hosts) {
    Set<String> wanted = new TreeSet<>(hosts);
    wanted.addAll(alsoNames);
    return wanted;
  }

  /** First the rules, so that no sandbox sees an address that it cannot reach. */
  private Void renewed() throws IOException, InterruptedException {
    table.renew();
    writeNames();
    return null;
  }

  private Void check() throws InterruptedException {
    try {
      if (trouble == null && table.mended()) {
        LOG.warn("the firewall's rules were gone or out of date and were written again");
      }
    } catch (IOException e) {
      LOG.error("the firewall's rules cannot be written: {}", e.getMessage());
    }
    return null;
  }

  private void writeNames() throws IOException {
    for (Guest guest : table.guests()) {
      writeNames(guest);
    }
  }

  private void writeNames(Guest guest) throws IOException {
    if (guest.policy().mode() == Mode.ALLOW) {
      files.writeNames(guest.incarnation(), guest.address(), current(guest.policy()));
    }
  }

  private Map<String, Set<String>> current(NetworkPolicy policy) {
    Map<String, Set<String>> addresses = new TreeMap<>();
    policy.hosts().forEach(name -> addresses.put(name, names.current(name)));
    return addresses;
  }

  private Set<String> hosts() {
    return hostsOf(table.guests());
  }

  private static Set<String> hostsOf(Iterable<Guest> guests) {
    Set<String> hosts = new TreeSet<>();
    guests.forEach(guest -> hosts.addAll(guest.policy().hosts()));
    return hosts;
  }

  private RuntimeUnavailableException refused() {
    return new RuntimeUnavailableException(
        "This server cannot keep the network policy allow ("
            + trouble
            + "); use egress or none, or see /health for what it needs.",
        null);
  }

  private <T> Future<T> work(Callable<T> work) {
    return worker.executeBlocking(work, false);
  }
}
