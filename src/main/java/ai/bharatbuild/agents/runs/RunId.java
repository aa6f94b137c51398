package ai.bharatbuild.agents.runs;

import ai.bharatbuild.http.WorkspaceId;
import ai.bharatbuild.problem.ApiException;

/**
 * The name of a run: its job's id and a number, such as {@code shop-1.2} for the second run of job
 * {@code shop-1}.
 */
record RunId(String job, int number) {
  private static final int DIGITS = 6;

  /** The id in a path; one of another form names nothing: 404. */
  static RunId inPath(String text) {
    int dot = text == null ? -1 : text.lastIndexOf('.');
    String digits = dot < 0 ? "" : text.substring(dot + 1);
    if (digits.length() > DIGITS
        || !digits.matches("[1-9][0-9]*")
        || !WorkspaceId.valid(text.substring(0, dot))) {
      throw notFound();
    }
    return new RunId(text.substring(0, dot), Integer.parseInt(digits));
  }

  /** Runs are no rows of the database: a server that shares one knows only its own. */
  static ApiException notFound() {
    return new ApiException(
        404,
        "not_found",
        "run not found on this server; only the server that has its job knows a run");
  }

  @Override
  public String toString() {
    return job + "." + number;
  }
}
