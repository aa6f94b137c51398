package ai.bharatbuild.audit;

/**
 * Takes note of security events and of what admins do. Returns at once and never fails; what is
 * noted is written a moment later. Safe on any thread.
 */
public interface Audit {
  /** For servers without a database. */
  Audit NONE = event -> {};

  void record(AuditEvent event);
}
