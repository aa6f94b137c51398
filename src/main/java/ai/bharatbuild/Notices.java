package ai.bharatbuild;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.events.DomainEvent;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.notifications.NotificationRoutes;
import ai.bharatbuild.notifications.Notifications;
import ai.bharatbuild.notifications.SocketCallers;
import ai.bharatbuild.tasks.Task;
import ai.bharatbuild.tasks.TaskEvents;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Brings what happens to those who are notified of it; a part of {@link Server}. */
final class Notices {
  private static final int FEEDS = 10_000;
  private final Notifications notifications = new Notifications(FEEDS);
  private final SocketCallers callers;

  Notices(SocketCallers callers) {
    this.callers = callers;
  }

  /** Listens on the calling context. */
  void listen(Bus bus) {
    bus.listen(
        DomainEvent.TOPIC,
        event -> notifications.tell(event.owner(), event.type(), event.at(), event.data()));
    bus.listen(
        TaskEvents.CHANGED,
        task ->
            notifications.tell(
                task.owner(),
                "task.changed",
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                data(task)));
  }

  private static Map<String, Object> data(Task task) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("task_id", task.id());
    data.put("project_id", task.projectId());
    data.put("kind", task.kind());
    data.put("status", task.status());
    data.put("progress", task.progress());
    return data;
  }

  List<Routes> routes() {
    return List.of(new NotificationRoutes(notifications, callers));
  }
}
