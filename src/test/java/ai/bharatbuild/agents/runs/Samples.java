package ai.bharatbuild.agents.runs;

import java.util.List;

/** Requests for runs of which nothing but the owner matters. */
final class Samples {
  private Samples() {}

  static RunRequest request(String owner) {
    return new RunRequest(
        RunKind.GENERATE,
        owner,
        null,
        null,
        null,
        null,
        "calc",
        "a calculator",
        null,
        false,
        false,
        1,
        1,
        List.of(),
        List.of());
  }
}
