package ai.bharatbuild.limits;

import ai.bharatbuild.problem.ApiException;

/**
 * What a plan limits here. Runs of code in a day, which plans limit, too, are not among these: no
 * call runs code by itself yet.
 */
public enum Quota {
  SANDBOXES("concurrent_sandboxes", "containers at once", "delete one"),
  JOBS("concurrent_jobs", "jobs that are being generated", "complete or delete one"),
  STORAGE("storage_bytes", "bytes in all jobs, versions and documents together", "delete some"),
  TOKENS("tokens_per_month", "tokens of models in a month", "wait for the next month");

  private static final int PAYMENT_REQUIRED = 402;

  private final String text;
  private final String things;
  private final String remedy;

  Quota(String text, String things, String remedy) {
    this.text = text;
    this.things = things;
    this.remedy = remedy;
  }

  /** As plans and the API call it. */
  public String text() {
    return text;
  }

  /** What a caller is told who has used it up. */
  public ApiException exceeded(long limit, long used) {
    return new ApiException(
        PAYMENT_REQUIRED,
        "quota_exceeded",
        "Your plan allows %d %s and you have used %d: %s, or take a larger plan."
            .formatted(limit, things, used, remedy));
  }
}
