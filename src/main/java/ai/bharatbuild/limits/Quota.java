package ai.bharatbuild.limits;

/** What a plan limits. */
public enum Quota {
  SANDBOXES("concurrent_sandboxes", "containers at once", "delete one"),
  JOBS("concurrent_jobs", "jobs that are being generated", "complete or delete one"),
  STORAGE("storage_bytes", "bytes in all jobs together", "delete some"),
  TOKENS("tokens_per_month", "tokens of models in a month", "wait for the next month"),
  CODE_RUNS("code_runs_per_day", "runs of code in a day", "wait for tomorrow");

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
  String refusal(long limit, long used) {
    return "Your plan allows %d %s and you have used %d: %s, or take a larger plan."
        .formatted(limit, things, used, remedy);
  }
}
