package ai.bharatbuild.gate;

import ai.bharatbuild.it.Events;

/**
 * How a program ended.
 *
 * @param cause as the API names it; {@code exited} where nobody tells
 */
record Result(String stdout, String stderr, Integer code, String cause) {
  static Result of(Events events) {
    return new Result(events.stdout(), events.stderr(), events.code(), events.cause());
  }

  @Override
  public String toString() {
    return "%s (%s), stdout: %s, stderr: %s".formatted(cause, code, cut(stdout), cut(stderr));
  }

  private static String cut(String text) {
    String line = text.strip().replace('\n', '|');
    return line.length() <= 400 ? line : "…" + line.substring(line.length() - 400);
  }
}
