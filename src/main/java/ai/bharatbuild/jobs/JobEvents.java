package ai.bharatbuild.jobs;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.events.DomainEvent;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tells of jobs that became complete or failed. Usable on any thread. */
final class JobEvents {
  private final Bus bus;

  JobEvents(Bus bus) {
    this.bus = bus;
  }

  /** To be called once for each change of a job's state, after it is on disk. */
  void changed(Job job, JobStatus next) {
    switch (next) {
      case COMPLETE -> publish(job, DomainEvent.JOB_COMPLETE);
      case FAILED -> publish(job, DomainEvent.JOB_FAILED);
      default -> {}
    }
  }

  private void publish(Job job, String type) {
    JobView view = job.view();
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("job_id", view.jobId());
    data.put("project_name", view.projectName());
    data.put("status", view.status().text());
    data.put("files_count", view.filesCount());
    data.put("total_size_mb", view.totalSizeMb());
    data.put("created_at", view.createdAt());
    data.put("download_url", view.downloadUrl());
    data.put("error_message", view.errorMessage());
    bus.publish(DomainEvent.TOPIC, DomainEvent.now(view.userId(), type, data));
  }
}
