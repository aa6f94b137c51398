package ai.bharatbuild.events;

import ai.bharatbuild.bus.Topic;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something that happened to what a user owns and that others may want to hear of. Features publish
 * on {@link #TOPIC}; listeners hear an event at most once, and only those that listen by then: who
 * must not miss one keeps its own record.
 *
 * @param id the event's own, the same however often it is told
 * @param owner whose it is: the {@code userId} of the caller who made it
 * @param type one of the constants here
 * @param data what it is about, encodable as JSON; never a secret, and no command lines
 */
public record DomainEvent(
    String id, String owner, String type, Instant at, Map<String, Object> data) {
  /** A job became complete; its ZIP is being made or made. */
  public static final String JOB_COMPLETE = "job.complete";

  public static final String JOB_FAILED = "job.failed";

  /** A sandbox that ran stopped, for whatever reason. */
  public static final String CONTAINER_EXIT = "container.exit";

  /** A command in a sandbox ended. */
  public static final String EXEC_EXIT = "exec.exit";

  public static final String PROJECT_STATUS_CHANGED = "project.status_changed";
  public static final String PAYMENT_SUCCEEDED = "payment.succeeded";

  public static final Topic<DomainEvent> TOPIC = new Topic<>("events.domain", DomainEvent.class);

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int ID_BYTES = 12;

  public DomainEvent {
    data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
  }

  /** An event that happens now, with an id of its own. */
  public static DomainEvent now(String owner, String type, Map<String, Object> data) {
    byte[] id = new byte[ID_BYTES];
    RANDOM.nextBytes(id);
    return of("evt_" + HexFormat.of().formatHex(id), owner, type, data);
  }

  /** An event that happens now and may have to be told again under the same id. */
  public static DomainEvent of(String id, String owner, String type, Map<String, Object> data) {
    return new DomainEvent(id, owner, type, Instant.now().truncatedTo(ChronoUnit.MILLIS), data);
  }
}
