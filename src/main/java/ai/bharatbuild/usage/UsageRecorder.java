package ai.bharatbuild.usage;

/**
 * Takes note of what was used, for those who use it. Returns at once and never fails: rows are
 * written a moment later, and kept in memory while the database is away. Safe on any thread.
 */
public interface UsageRecorder {
  /** For servers without a database. */
  UsageRecorder NONE = usage -> {};

  void record(UsageRecord usage);
}
