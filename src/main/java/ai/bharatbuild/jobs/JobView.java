package ai.bharatbuild.jobs;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;

/** A job as the API shows it. */
@JsonPropertyOrder({
  "job_id",
  "user_id",
  "project_name",
  "status",
  "files_count",
  "total_size_mb",
  "created_at",
  "zip_ready",
  "download_url",
  "s3_url",
  "error_message"
})
public record JobView(
    String jobId,
    String userId,
    String projectName,
    JobStatus status,
    int filesCount,
    double totalSizeMb,
    Instant createdAt,
    boolean zipReady,
    String downloadUrl,
    String s3Url,
    String errorMessage) {
  private static final double MB = 1 << 20;

  static JobView of(JobRecord record, ProjectUsage.Counts counts, boolean zipReady) {
    return new JobView(
        record.id(),
        record.userId(),
        record.projectName(),
        record.status(),
        counts.files(),
        megabytes(counts.bytes()),
        record.createdAt(),
        zipReady,
        record.status() == JobStatus.COMPLETE ? downloadUrl(record.id()) : null,
        record.s3Url(),
        record.errorMessage());
  }

  static String downloadUrl(String id) {
    return "/api/v1/jobs/" + id + "/download";
  }

  /** To six digits, so that one byte is not nothing. */
  static double megabytes(long bytes) {
    return Math.round(bytes / MB * 1e6) / 1e6;
  }
}
