package ai.bharatbuild.jobs;

import ai.bharatbuild.problem.ApiException;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Map;

/** The states of a job and, as a table, the ways between them. */
public enum JobStatus {
  GENERATING,
  COMPLETE,
  FAILED,
  EXPIRED;

  /** What can happen to a job. */
  enum Event {
    COMPLETE,
    FAIL,
    REOPEN,
    EXPIRE
  }

  /** An event that leads to where the job is already changes nothing. */
  private static final Map<JobStatus, Map<Event, JobStatus>> TRANSITIONS =
      Map.of(
          GENERATING,
          Map.of(
              Event.COMPLETE, COMPLETE,
              Event.FAIL, FAILED,
              Event.REOPEN, GENERATING,
              Event.EXPIRE, EXPIRED),
          COMPLETE,
          Map.of(Event.COMPLETE, COMPLETE, Event.REOPEN, GENERATING, Event.EXPIRE, EXPIRED),
          FAILED,
          Map.of(Event.FAIL, FAILED, Event.REOPEN, GENERATING, Event.EXPIRE, EXPIRED),
          EXPIRED,
          Map.of(Event.EXPIRE, EXPIRED));

  /** The state after an event; refused with the API's failure where the table has no way. */
  JobStatus after(Event event) {
    JobStatus next = TRANSITIONS.get(this).get(event);
    if (next != null) {
      return next;
    }
    throw this == EXPIRED ? expired() : notGenerating();
  }

  void requireGenerating() {
    if (this == EXPIRED) {
      throw expired();
    }
    if (this != GENERATING) {
      throw notGenerating();
    }
  }

  /** What is answered to whoever wants something of an expired job. */
  public static ApiException expired() {
    return new ApiException(410, "job_expired", "The job has expired; its files and ZIP are gone.");
  }

  private ApiException notGenerating() {
    return ApiException.conflict(
        "job_not_generating", "The job is " + text() + "; reopen it to change it.");
  }

  @JsonValue
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
