package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.verify.Evidence;
import ai.bharatbuild.bus.Address;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** The questions that {@link AgentVerticle} answers. Sharded by the job's id. */
final class RunMessages {
  static final Address<Start, Started> START =
      Address.of("runs.start", Start.class, Started.class).within(60_000);
  static final Address<Of, RunView> GET = Address.of("runs.get", Of.class, RunView.class);
  static final Address<Mine, Listed> LIST = Address.of("runs.list", Mine.class, Listed.class);

  /** What the newest run of a job saw that saw anything. */
  static final Address<OfJob, Seen> EVIDENCE = Address.of("runs.evidence", OfJob.class, Seen.class);

  static final Address<Of, Followed> EVENTS = Address.of("runs.events", Of.class, Followed.class);
  static final Address<Of, RunView> CANCEL = Address.of("runs.cancel", Of.class, RunView.class);
  static final Address<Of, RunView> RESUME =
      Address.of("runs.resume", Of.class, RunView.class).within(60_000);

  /** Goes on with the plan that lies in the workspace. */
  static final Address<Of, RunView> APPROVE =
      Address.of("runs.approve", Of.class, RunView.class).within(60_000);

  /** Removes what is kept of a job that is gone. */
  static final Address<Forget, Forgotten> FORGET =
      Address.of("runs.forget", Forget.class, Forgotten.class).within(60_000);

  private RunMessages() {}

  record Start(String job, RunRequest request, List<byte[]> pictures) {}

  record Started(RunView view, RunLog log) {}

  record Of(RunId id, String owner) {}

  record OfJob(String job, String owner) {}

  /**
   * @param evidence null where there is none
   */
  record Seen(Evidence evidence) {}

  /**
   * @param job of which the runs are wanted, or null for all
   * @param most how many of the newest
   */
  record Mine(String owner, String job, int most) {}

  record Item(RunId id, Instant createdAt) {
    static final Comparator<Item> NEWEST_FIRST =
        Comparator.comparing(Item::createdAt).thenComparing(item -> item.id().number()).reversed();
  }

  /**
   * @param runs newest first
   * @param total how many there are in all
   */
  record Listed(List<Item> runs, int total) {}

  record Followed(RunLog log) {}

  record Forget(String job) {}

  record Forgotten() {}
}
