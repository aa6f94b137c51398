package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.verify.Diagnosis;
import ai.bharatbuild.agents.verify.FailureKind;
import ai.bharatbuild.agents.work.Brief.SeenError;
import java.util.List;
import java.util.stream.Collectors;

/** What a user saw and verifying does not show, as a diagnosis. */
final class SeenErrors {
  private static final int HEADLINE = 240;
  private static final int EXCERPT = 6_000;

  private static final String SIGNATURE = "reported\n";

  private SeenErrors() {}

  /** Whether the signature is that of such a diagnosis. */
  static boolean is(String signature) {
    return signature.startsWith(SIGNATURE);
  }

  static Diagnosis diagnosis(List<SeenError> errors) {
    String told =
        errors.stream()
            .map(
                error ->
                    (error.file() == null ? "" : error.file() + ":" + error.line() + ": ")
                        + error.message())
            .collect(Collectors.joining("\n"));
    return new Diagnosis(
        FailureKind.RUNTIME,
        "reported",
        SIGNATURE + told,
        "Reported: " + cut(told.lines().findFirst().orElse("an error"), HEADLINE),
        cut(told, EXCERPT),
        errors.stream()
            .filter(error -> error.file() != null)
            .map(error -> new Diagnosis.Place(error.file(), error.line()))
            .toList());
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most) + "…";
  }
}
