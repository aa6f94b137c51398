package ai.bharatbuild.billing;

import io.vertx.sqlclient.Row;
import java.util.Arrays;
import java.util.List;

/**
 * What can be subscribed to.
 *
 * @param price of one month, in paise; 0 for what everybody has
 * @param position from the smallest plan to the largest
 * @param downloads whether finished projects may be taken away
 * @param documents kinds of documents that may be made
 */
public record Plan(
    String id,
    String name,
    long price,
    String currency,
    int position,
    boolean downloads,
    List<String> documents,
    Limits limits) {
  /** What everybody has who pays nothing. */
  static final String FREE = "free";

  /** Numbers of a plan; null stands for no limit. Sizes in bytes. */
  public record Limits(
      Long tokensPerMonth,
      Integer fixesPerMonth,
      Integer filesPerProject,
      Integer concurrentSandboxes,
      Integer concurrentJobs,
      Long storageBytes,
      Integer codeRunsPerDay) {
    public static final Limits NONE = new Limits(null, null, null, null, null, null, null);
  }

  boolean isFree() {
    return price == 0;
  }

  static Plan of(Row row) {
    return new Plan(
        row.getString("id"),
        row.getString("name"),
        row.getLong("price"),
        row.getString("currency"),
        row.getInteger("position"),
        row.getBoolean("downloads"),
        Arrays.asList(row.getArrayOfStrings("documents")),
        new Limits(
            row.getLong("tokens_per_month"),
            row.getInteger("fixes_per_month"),
            row.getInteger("files_per_project"),
            row.getInteger("concurrent_sandboxes"),
            row.getInteger("concurrent_jobs"),
            row.getLong("storage_bytes"),
            row.getInteger("code_runs_per_day")));
  }
}
