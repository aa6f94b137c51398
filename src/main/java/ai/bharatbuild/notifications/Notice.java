package ai.bharatbuild.notifications;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import java.util.Map;

/**
 * Something a user is told of.
 *
 * @param id grows by one with each notice of the user, as long as the server runs; another server
 *     begins above
 */
@JsonPropertyOrder({"id", "type", "at", "data"})
record Notice(long id, String type, Instant at, Map<String, Object> data) {}
