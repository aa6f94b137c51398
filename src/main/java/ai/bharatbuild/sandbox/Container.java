package ai.bharatbuild.sandbox;

import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.sandbox.Sandbox.State;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One container as its verticle knows it. Confined to that verticle's context; changes of its life
 * are made one after another through {@link #inOrder}.
 */
final class Container {
  final String id;
  final String owner;
  final ProjectType type;
  final ContainerConfig config;
  final Instant createdAt;
  final Map<String, Exec> execs = new LinkedHashMap<>();

  /** Bytes of disk that the logs of its ended execs have. */
  long keptBytes;

  /** Tells its sandbox from every other; null until it has one. */
  String incarnation;

  State state = State.CREATING;

  /** Frozen: running, as far as callers see, but doing nothing until it is used. */
  boolean paused;

  /** While it is being frozen, else null. */
  Future<Void> freezing;

  /** While it is being woken, else null. */
  Future<Void> thawing;

  /** Calls that need it awake. */
  int users;

  boolean deleted;

  /** Why it will stop, if it does. */
  Ending ending = Ending.DIED;

  Instant lastUsed = Instant.now();

  /** What {@code create} answers, so that a second one meanwhile gets the same. */
  Future<Void> created = Future.succeededFuture();

  /** The port shown when none is asked for; null until found. */
  Integer mainPort;

  /** Ports known to be reachable from outside. */
  final Set<Integer> reachable = new HashSet<>();

  SandboxStats sample;
  long sampleNanos;
  private Sandbox sandbox;
  private Future<?> tail = Future.succeededFuture();

  Container(String id, String owner, ProjectType type, ContainerConfig config, Instant createdAt) {
    this.id = id;
    this.owner = owner;
    this.type = type;
    this.config = config;
    this.createdAt = createdAt;
  }

  /** Runs a change after those before it, whether they succeeded or not. */
  <T> Future<T> inOrder(Supplier<Future<T>> change) {
    Future<T> next = tail.transform(before -> change.get());
    tail = next;
    return next;
  }

  void is(Sandbox now) {
    sandbox = now;
    paused = now.state() == State.PAUSED;
    state = paused ? State.RUNNING : now.state();
    ending = Ending.DIED;
    mainPort = null;
    reachable.clear();
    sample = null;
  }

  /** Notes that the sandbox does not run; gives whether it did until now. */
  boolean stopped() {
    boolean ran = state == State.RUNNING;
    if (ran) {
      state = State.STOPPED;
    }
    paused = false;
    mainPort = null;
    reachable.clear();
    sample = null;
    return ran;
  }

  Sandbox sandbox() {
    return sandbox;
  }

  String handle() {
    return sandbox == null ? null : sandbox.handle();
  }

  /** Digest of what its sandbox was made of, or null. */
  String image() {
    return sandbox == null ? null : sandbox.image();
  }

  void touch() {
    lastUsed = Instant.now();
  }

  /** Throws 409 unless commands can be run in it. */
  Container running() {
    if (state != State.RUNNING) {
      throw ApiException.conflict(
          "container_not_running", "The container is " + status() + "; restart it first.");
    }
    return this;
  }

  String status() {
    return state.name().toLowerCase(java.util.Locale.ROOT);
  }

  ContainerView view(PreviewAddress previews) {
    Map<String, Integer> ports = new LinkedHashMap<>();
    Map<String, String> shownPreviews = new LinkedHashMap<>();
    shownPreviews.put("primary", previews.of(id, owner, null));
    for (int port : config.publish()) {
      shownPreviews.put(Integer.toString(port), previews.of(id, owner, port));
    }
    if (sandbox != null) {
      sandbox.ports().forEach((inside, outside) -> ports.put(Integer.toString(inside), outside));
    }
    return new ContainerView(
        incarnation,
        id,
        type,
        status(),
        paused,
        ports,
        shownPreviews,
        createdAt,
        sandbox == null ? null : sandbox.startedAt(),
        shown());
  }

  private Map<String, Object> shown() {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("memory_limit", config.limits().memoryBytes());
    shown.put("cpu_limit", config.limits().cpus());
    shown.put("pids_limit", config.limits().pids());
    shown.put("disk_limit", config.limits().fileBytes());
    shown.put("tmpfs_limit", config.limits().tmpfsBytes());
    shown.put("idle_timeout", config.idleTimeout());
    shown.put("max_lifetime", config.maxLifetime());
    shown.put("network", config.network().mode().id());
    shown.put(
        "network_allow",
        config.network().allow().stream().map(NetworkPolicy.Destination::shown).toList());
    shown.put("visibility", config.visibility());
    shown.put("publish", config.publish());
    return shown;
  }
}
