package ai.bharatbuild.sandbox;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.events.DomainEvent;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tells of sandboxes that stopped and of commands that ended. Usable on any thread. */
final class SandboxEvents {
  private final Bus bus;

  SandboxEvents(Bus bus) {
    this.bus = bus;
  }

  /** A sandbox that was running does not run any more. */
  void exited(Container container) {
    Map<String, Object> data = of(container);
    data.put("project_type", container.type.id());
    data.put("reason", container.ending.text());
    bus.publish(
        DomainEvent.TOPIC, DomainEvent.now(container.owner, DomainEvent.CONTAINER_EXIT, data));
  }

  /** A command ended. Its text is not told: it may hold what only its owner should see. */
  void ended(Container container, Exec exec) {
    ExecView view = exec.view();
    Map<String, Object> data = of(container);
    data.put("exec_id", view.execId());
    data.put("data", view.data());
    data.put("success", view.success());
    data.put("cause", view.cause());
    data.put("started_at", view.startedAt());
    data.put("ended_at", view.endedAt());
    // An exec ends once; a server that takes over from one that was killed may tell of it again.
    bus.publish(
        DomainEvent.TOPIC,
        DomainEvent.of("evt_" + view.execId(), container.owner, DomainEvent.EXEC_EXIT, data));
  }

  private static Map<String, Object> of(Container container) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("container_id", container.incarnation);
    data.put("project_id", container.id);
    return data;
  }
}
