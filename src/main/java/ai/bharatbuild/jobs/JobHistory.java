package ai.bharatbuild.jobs;

import io.vertx.core.Future;

/**
 * What is kept of jobs beside them, and outlives those that expire; it goes with those that their
 * owners delete. Implemented by whoever keeps it; usable from any context.
 */
public interface JobHistory {
  /** For a server that keeps nothing. */
  JobHistory NONE =
      new JobHistory() {
        @Override
        public Future<Void> doom(String id, String owner, String incarnation) {
          return Future.succeededFuture();
        }

        @Override
        public void gone(String id, String owner, String incarnation) {}

        @Override
        public void spared(String id, String owner, String incarnation) {}

        @Override
        public Future<Void> over(String id) {
          return Future.succeededFuture();
        }

        @Override
        public Future<Boolean> removeLeft(String id, String owner) {
          return Future.succeededFuture(false);
        }
      };

  /**
   * Notes for good, before the job goes, that what is kept of it goes too. {@link #gone} or {@link
   * #spared} has to follow; after a crash in between it is looked whether the job is there.
   */
  Future<Void> doom(String id, String owner, String incarnation);

  /** The job is gone: begins to remove what is kept of it. */
  void gone(String id, String owner, String incarnation);

  /** The job could not be removed. */
  void spared(String id, String owner, String incarnation);

  /**
   * Before the record of an expired job goes: removes what is kept no longer than that. Where it
   * fails the record stays, and it is asked for again.
   */
  Future<Void> over(String id);

  /** Removes what is left of a job that is gone; tells whether there was anything. */
  Future<Boolean> removeLeft(String id, String owner);
}
