package ai.bharatbuild.jobs;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/**
 * What is known of a workspace for as long as it is known; kept as a file outside the workspace,
 * where no sandbox can write.
 *
 * @param incarnation tells this life of the id from earlier and later ones
 * @param job whether it is a job; false for the workspace of a container without one
 * @param userId owner
 * @param expiresAt when files and ZIP are swept
 * @param recordUntil for an expired job, when this record goes too; else null
 * @param kept whether only record and ZIP are left, because the files were deleted
 * @param filesCount files of the project when its state last changed
 * @param totalBytes their sizes together
 * @param s3Url where the ZIP of the present completion, or of the one that expired, is kept for as
 *     long as this record; or null
 * @param completion names the present completion, null where there is none, and in records of
 *     before they had names
 */
record JobRecord(
    String id,
    String incarnation,
    boolean job,
    String userId,
    String projectName,
    JobStatus status,
    Instant createdAt,
    Instant expiresAt,
    Instant recordUntil,
    boolean kept,
    int filesCount,
    long totalBytes,
    String errorMessage,
    String s3Url,
    String completion) {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The record of a workspace that begins now, as an incarnation of its own. */
  static JobRecord fresh(
      String id, String userId, String projectName, boolean job, Duration expiry) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    return new JobRecord(
        id,
        randomId(),
        job,
        userId,
        projectName,
        JobStatus.GENERATING,
        now,
        now.plus(expiry),
        null,
        false,
        0,
        0,
        null,
        null,
        null);
  }

  private static String randomId() {
    byte[] bytes = new byte[12];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  JobRecord with(JobStatus next, String error) {
    return copy(next, expiresAt, recordUntil, kept, counts(), error);
  }

  JobRecord withCounts(ProjectUsage.Counts counts) {
    return copy(status, expiresAt, recordUntil, kept, counts, errorMessage);
  }

  /** The ZIP of this completion is kept elsewhere, too. */
  JobRecord withUpload(String url) {
    return new JobRecord(
        id,
        incarnation,
        job,
        userId,
        projectName,
        status,
        createdAt,
        expiresAt,
        recordUntil,
        kept,
        filesCount,
        totalBytes,
        errorMessage,
        url,
        completion);
  }

  JobRecord asKept() {
    return copy(status, expiresAt, recordUntil, true, counts(), errorMessage);
  }

  JobRecord asExpired(Instant until) {
    return copy(JobStatus.EXPIRED, expiresAt, until, kept, counts(), errorMessage);
  }

  JobRecord living(Instant until) {
    return copy(status, until, recordUntil, kept, counts(), errorMessage);
  }

  /** What is held of a complete job whose ZIP is made now. */
  Completion completed() {
    String name = completion == null ? incarnation : completion;
    return new Completion(name, id, incarnation, userId, projectName, Instant.now());
  }

  boolean expired() {
    return status == JobStatus.EXPIRED;
  }

  ProjectUsage.Counts counts() {
    return new ProjectUsage.Counts(filesCount, totalBytes);
  }

  /** The same workspace with everything about it that can change. */
  private JobRecord copy(
      JobStatus nextStatus,
      Instant nextExpiry,
      Instant nextUntil,
      boolean nextKept,
      ProjectUsage.Counts counts,
      String nextError) {
    return new JobRecord(
        id,
        incarnation,
        job,
        userId,
        projectName,
        nextStatus,
        createdAt,
        nextExpiry,
        nextUntil,
        nextKept,
        counts.files(),
        counts.bytes(),
        nextError,
        nextStatus == JobStatus.COMPLETE || nextStatus == JobStatus.EXPIRED ? s3Url : null,
        completionIn(nextStatus));
  }

  private String completionIn(JobStatus next) {
    if (next != JobStatus.COMPLETE) {
      return null;
    }
    return status == JobStatus.COMPLETE ? completion : randomId();
  }
}
